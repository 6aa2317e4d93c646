/** Whether a name is that of a Service, which only the cluster knows. */

import { KubeError } from '../../src/errors.ts'
import type { KubeObject } from '../../src/objects.ts'
import { isOfOneRequest } from '../../src/report/unread.ts'
import type { ServiceHost } from '../../src/service-host.ts'
import type { Session } from '../shell/session.ts'

/**
 * True for what can be nothing else; of another name, whether there is such a Service. Undefined where
 * the user may not know, or the server does not tell. Rejects with KubeError where it is away.
 */
export async function isService(
  { service, namespace, isCertain }: ServiceHost,
  { kube, signal }: Pick<Session, 'kube' | 'signal'>,
): Promise<boolean | undefined> {
  if (isCertain) return true
  const ref = { apiVersion: 'v1', kind: 'Service', namespace, name: service }
  try {
    return (await kube.get<KubeObject>(ref, signal)) !== undefined
  } catch (error) {
    if (error instanceof KubeError && isOfOneRequest(error)) return undefined
    throw error
  }
}
