/** Rollouts, and what lies beside them: in the cluster, or in files. */
import { argoGroup, type Rollout } from '../../src/drafts/rollout/rollout.ts'
import { KubeError, UsageError } from '../../src/errors.ts'
import type { KubeObject } from '../../src/objects.ts'
import { namespacedKind, type ResourceKind } from '../../src/resource-kind.ts'
import { namedObjects } from '../input/named-objects.ts'
import { checkName } from '../input/selection.ts'
import { exits, Failure } from '../shell/failure.ts'
import type { Session } from '../shell/session.ts'
import type { Terminal } from '../shell/terminal.ts'

export interface Sources {
  rollouts: Rollout[]
  around: KubeObject[]
}

const argo = `${argoGroup}/v1alpha1`
const rolloutKind = namespacedKind(argo, 'Rollout', 'rollouts')

/** What an import looks at; what may not be read, or is not served, is not there. */
const kindsAround: readonly ResourceKind[] = [
  namespacedKind(argo, 'AnalysisTemplate', 'analysistemplates'),
  {
    ...{ apiVersion: argo, kind: 'ClusterAnalysisTemplate', plural: 'clusteranalysistemplates' },
    namespaced: false,
  },
  namespacedKind('v1', 'Service', 'services'),
  namespacedKind('apps/v1', 'Deployment', 'deployments'),
  namespacedKind('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  namespacedKind('networking.istio.io/v1', 'VirtualService', 'virtualservices'),
  namespacedKind('gateway.networking.k8s.io/v1', 'HTTPRoute', 'httproutes'),
]

/** Of files alone; no cluster is asked. Throws UsageError where no Rollout is in them. */
export async function inFiles(
  files: readonly string[],
  recursive: boolean,
  terminal: Terminal,
): Promise<Sources> {
  const around = await namedObjects(files, recursive, terminal)
  const rollouts = around.filter(isRollout)
  if (rollouts.length > 0) return { rollouts, around }
  throw new UsageError(`no Rollout of ${argo} is in the files`)
}

/** Rejects where one of the names is not there. */
export async function inCluster(
  names: readonly string[],
  all: boolean,
  { kube, signal, namespace }: Session,
): Promise<Sources> {
  const list = async (kind: ResourceKind): Promise<KubeObject[]> => {
    const where = { signal, ...(kind.namespaced && { namespace }) }
    const { apiVersion } = kind
    const { items } = await kube.list(kind, where).catch(orNone)
    return items.map((one) => ({ ...one, apiVersion, kind: kind.kind }))
  }
  const [rollouts, ...around] = await Promise.all([rolloutKind, ...kindsAround].map(list))
  const chosen = (rollouts ?? []).filter(({ metadata }) => all || names.includes(metadata.name))
  const missing = names.find((name) => !chosen.some(({ metadata }) => metadata.name === name))
  if (missing !== undefined || chosen.length === 0)
    throw new Failure(
      missing === undefined
        ? `error: there is no Rollout in namespace "${namespace}"`
        : `Error from server (NotFound): rollouts.${argoGroup} "${missing}" not found`,
      { exit: exits.error },
    )
  return { rollouts: chosen, around: around.flat() }
}

/** `rollout/podinfo`, or the name alone. Throws UsageError for another type. */
export function rolloutNames(words: readonly string[]): string[] {
  return words.map((word) => {
    const [type, name] = word.includes('/') ? word.split('/') : ['rollout', word]
    if (/^(ro|rollouts?)(\.(v1alpha1\.)?argoproj\.io)?$/.test(type ?? ''))
      return checkName(name ?? '')
    throw new UsageError(`"${type}" is no Rollout: name one as rollout/NAME`)
  })
}

function orNone(error: unknown): { items: KubeObject[] } {
  if (error instanceof KubeError && (error.status === 403 || error.status === 404))
    return { items: [] }
  throw error
}

function isRollout(object: KubeObject): object is Rollout {
  return object.kind === 'Rollout' && `${object.apiVersion}`.startsWith(`${argoGroup}/`)
}
