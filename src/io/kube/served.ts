/** What an API server serves. */
import { KubeError } from '../../errors.ts'
import type { Kube } from './kube.ts'

/**
 * Plural names of the resources of a version of a group, such as `networking.istio.io/v1`, with
 * their subresources; undefined where the server has no such version. Rejects with KubeError.
 */
export async function servedIn(
  kube: Pick<Kube, 'raw'>,
  apiVersion: string,
  signal: AbortSignal,
): Promise<string[] | undefined> {
  try {
    const list = await kube.raw('GET', `/apis/${apiVersion}`, undefined, signal)
    const { resources = [] } = list as { resources?: { name: string }[] }
    return resources.map(({ name }) => name)
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return undefined
    throw error
  }
}
