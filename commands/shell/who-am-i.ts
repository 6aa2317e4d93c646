/** Who asks for a change, for the record. */
import { KubeError } from '../../src/errors.ts'
import type { Session } from './session.ts'

/** The name under which the server knows the person; that of the account where it does not say. */
export async function whoAmI(
  { kube, signal }: Pick<Session, 'kube' | 'signal'>,
  account: () => Promise<string> = accountOfProcess,
): Promise<string | undefined> {
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
  try {
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
    const answer = (await kube.raw('POST', path, review, signal)) as {
      status?: { userInfo?: { username?: string } }
    }
    const name = answer.status?.userInfo?.username
    if (name) return name
  } catch (error) {
    // Only a name for the record: what is really wrong, the requests to come will tell.
    if (!(error instanceof KubeError)) throw error
  }
  // In a container the number of the user may stand for nobody.
  return account().catch(() => undefined)
}

async function accountOfProcess(): Promise<string> {
  const { userInfo } = await import('node:os')
  return userInfo().username
}
