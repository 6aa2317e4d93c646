/** Whether the cluster has what the controller can't do without. */
import { KubeError, messageOf } from '../../src/errors.ts'
import type { KubeClient } from '../../src/io/kube/client.ts'
import type { Log } from '../../src/io/log.ts'
import { resourceKind } from '../../src/known-kinds.ts'
import type { Config } from './config/config.ts'
import { version } from './version.ts'

const flaggerKinds = ['Canary', 'MetricTemplate', 'AlertProvider'] as const

/** Without the three kinds, or the right to list them, there is nothing to do: that is fatal. */
export async function assertReady(
  kube: KubeClient,
  config: Readonly<Config>,
  { log, signal }: { log: Log; signal: AbortSignal },
): Promise<void> {
  for (const kind of flaggerKinds) {
    const resource = resourceKind({ apiVersion: 'flagger.app/v1beta1', kind })
    const scope = config.namespace ? { namespace: config.namespace } : {}
    try {
      await kube.list(resource, { ...scope, limit: 1, signal })
    } catch (error) {
      throw new Error(unusable(kind, error))
    }
  }
  const kubernetes = await versionOf(kube, signal)
  log.info({ server: kube.server, kubernetes, version }, 'connected to Kubernetes')
}

/** Good to know, and no reason to stop: a namespaced role can't give the right to ask. */
async function versionOf(kube: KubeClient, signal: AbortSignal): Promise<string> {
  try {
    const answer = await kube.raw('GET', '/version', undefined, signal)
    return (answer as { gitVersion?: string }).gitVersion ?? 'unknown'
  } catch (error) {
    if (error instanceof KubeError && error.status === 403) return 'unknown'
    throw error
  }
}

function unusable(kind: string, error: unknown): string {
  const why = messageOf(error)
  const status = error instanceof KubeError ? error.status : 0
  if (status === 404) return `${kind} CRD is not registered: apply the definitions in crds/ first`
  if (status === 403) return `${why}; grant the controller what its ClusterRole lists`
  return `${kind} objects cannot be listed: ${why}`
}
