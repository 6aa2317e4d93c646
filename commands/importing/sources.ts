/** Rollouts, and what lies beside them: in the cluster, or in files. */
import { argoGroup, type Rollout } from '../../src/drafts/rollout/rollout.ts'
import { KubeError, UsageError } from '../../src/errors.ts'
import type { KubeObject } from '../../src/objects.ts'
import { details } from '../../src/report/reading/permitted.ts'
import type { Unread } from '../../src/report/unread.ts'
import { namespacedKind, type ResourceKind } from '../../src/resource-kind.ts'
import { namedObjects } from '../input/named-objects.ts'
import { checkName } from '../input/selection.ts'
import { exits, Failure } from '../shell/failure.ts'
import { readerOf } from '../shell/reader.ts'
import type { Session } from '../shell/session.ts'
import type { Terminal } from '../shell/terminal.ts'

export interface Sources {
  rollouts: Rollout[]
  around: KubeObject[]
  /** Kinds that were not given. */
  unread: readonly Unread[]
}

const argo = `${argoGroup}/v1alpha1`
const rolloutKind = namespacedKind(argo, 'Rollout', 'rollouts')

/** What an import looks at; what is not served is not there. */
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
  if (rollouts.length > 0) return { rollouts, around, unread: [] }
  throw new UsageError(`no Rollout of ${argo} is in the files`)
}

/** Rejects where one of the names is not there, or Rollouts can't be read. */
export async function inCluster(
  names: readonly string[],
  all: boolean,
  session: Session,
): Promise<Sources> {
  const { kube, signal, namespace } = session
  const reading = details(readerOf(session))
  const beside = async (kind: ResourceKind) =>
    typed((await reading.list<KubeObject>(kind, kind.namespaced ? { namespace } : {})) ?? [], kind)
  const [rollouts, ...around] = await Promise.all([
    kube.list<Rollout>(rolloutKind, { signal, namespace }).catch(orNoKind),
    ...kindsAround.map(beside),
  ])
  const chosen = typed(rollouts.items, rolloutKind).filter(
    ({ metadata }) => all || names.includes(metadata.name),
  )
  const missing = names.find((name) => !chosen.some(({ metadata }) => metadata.name === name))
  if (missing !== undefined || chosen.length === 0)
    throw new Failure(
      missing === undefined
        ? `error: there is no Rollout in namespace "${namespace}"`
        : `Error from server (NotFound): rollouts.${argoGroup} "${missing}" not found`,
      { exit: exits.error },
    )
  return { rollouts: chosen, around: around.flat(), unread: reading.unread() }
}

/** In lists objects do not say what they are. */
function typed<T extends KubeObject>(items: readonly T[], { apiVersion, kind }: ResourceKind): T[] {
  return items.map((one) => ({ ...one, apiVersion, kind }))
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

function orNoKind(error: unknown): never {
  if (!(error instanceof KubeError) || error.status !== 404) throw error
  throw new Failure(`error: the server doesn't have a resource type "rollouts"`, {
    exit: exits.error,
    hints: ['Argo Rollouts is not installed there; a manifest is read with -f FILE'],
  })
}

function isRollout(object: KubeObject): object is Rollout {
  return object.kind === 'Rollout' && `${object.apiVersion}`.startsWith(`${argoGroup}/`)
}
