/** The workload that a draft is for, and what is beside it: in the cluster, or in files. */
import { withoutTraffic } from '../../src/canary/providers.gen.ts'
import type { Surroundings } from '../../src/drafts/generate.ts'
import { KubeError, UsageError } from '../../src/errors.ts'
import type { Kube } from '../../src/io/kube/kube.ts'
import { servedIn } from '../../src/io/kube/served.ts'
import { resourceKind } from '../../src/known-kinds.ts'
import type { KubeObject } from '../../src/objects.ts'
import { shownScaler, shownWorkload } from '../../src/report/shown-kinds.ts'
import type { Provider } from '../../src/routers/provider.ts'
import { providers } from '../../src/routers/registry.gen.ts'
import { shownScalers } from '../../src/scalers/shown.gen.ts'
import type { Templated } from '../../src/workloads/pods/pod-template.ts'
import { type Named, readSelection } from '../input/selection.ts'
import { objectsIn } from '../input/yaml.ts'
import { exits, Failure } from '../shell/failure.ts'
import type { Session } from '../shell/session.ts'

export interface Found {
  workload: Templated
  around: Surroundings
  /** That of the cluster; absent where nobody looked. */
  provider?: string
}

/** `deploy/podinfo`; throws UsageError for what is no workload. */
export function workloadNamed(words: readonly string[]): Extract<Named, { kind: 'target' }> {
  const none = { all: false, 'all-namespaces': false, recursive: false }
  const [named, ...others] = readSelection(words, none).named
  if (named?.kind === 'target' && others.length === 0) return named
  throw new UsageError('name one workload: deploy/NAME or ds/NAME')
}

/**
 * Of the cluster; with the provider that is installed there, where that is asked for. Rejects with
 * Failure where there is no such workload, and with KubeError where the API server fails.
 */
export async function inCluster(
  { targetKind, name }: Extract<Named, { kind: 'target' }>,
  { kube, signal, namespace }: Session,
  { wantsProvider }: { wantsProvider: boolean },
): Promise<Found> {
  const shown = shownWorkload({ apiVersion: 'apps/v1', kind: targetKind })
  if (!shown?.podsOf) throw new UsageError(`a ${targetKind} has no pods to release`)
  const { apiVersion, kind, plural } = shown.kind
  const list = async (of: { apiVersion: string; kind: string }): Promise<KubeObject[]> => {
    try {
      return (await kube.list(resourceKind(of), { namespace, signal })).items.map((one) => ({
        ...one,
        ...of,
      }))
    } catch (error) {
      // What may not be read, or is not served, is not looked at.
      if (error instanceof KubeError && (error.status === 403 || error.status === 404)) return []
      throw error
    }
  }
  const [workload, services, autoscalers, provider] = await Promise.all([
    kube.get<Templated>({ apiVersion, kind, namespace, name }, signal),
    list({ apiVersion: 'v1', kind: 'Service' }),
    Promise.all(shownScalers.map(({ kind: { apiVersion, kind } }) => list({ apiVersion, kind }))),
    wantsProvider ? installedProvider({ kube, signal }) : undefined,
  ])
  if (!workload)
    throw new Failure(`Error from server (NotFound): ${plural}.apps "${name}" not found`, {
      exit: exits.error,
    })
  return {
    workload: { ...workload, apiVersion, kind },
    around: { services, autoscalers: autoscalers.flat() },
    ...(provider !== undefined && { provider }),
  }
}

/** Those that are nothing but what they are asked for; an Ingress controller can't be told so. */
const asked = providers
  .filter((one) => one.draftOrder !== undefined)
  .sort((some, other) => (some.draftOrder ?? 0) - (other.draftOrder ?? 0))

/**
 * The first whose kinds the cluster serves; plain Kubernetes where there is none. Rejects with
 * KubeError where the API server does not tell: a draft for the wrong one would route nothing.
 */
export async function installedProvider({ kube, signal }: Asking): Promise<string> {
  const isServed = async ({ kinds }: Provider): Promise<boolean> => {
    const own = kinds.filter(({ apiVersion }) => /\..*\//.test(apiVersion))
    const served = await Promise.all(
      own.map(({ apiVersion }) => servedIn(kube, apiVersion, signal)),
    )
    return own.length > 0 && served.every((one) => one !== undefined)
  }
  const found = await Promise.all(asked.map(isServed))
  return asked[found.indexOf(true)]?.names[0] ?? withoutTraffic.join()
}

interface Asking {
  kube: Pick<Kube, 'raw'>
  signal: AbortSignal
}

/** Of files: the only workload in them. */
export function inFiles(texts: readonly { from: string; text: string }[]): Found {
  // Outside data: what is read of it is looked at field by field.
  const objects = texts.flatMap(objectsIn) as KubeObject[]
  const workloads = objects.filter(({ apiVersion = '', kind = '' }) =>
    Boolean(shownWorkload({ apiVersion, kind })?.podsOf),
  )
  const [workload, ...others] = workloads
  if (!workload || others.length > 0) {
    const many = others.length > 0 ? 'several workloads' : 'no workload'
    throw new UsageError(`there is ${many} in the files; name one of the cluster, or give one file`)
  }
  const of = (kind: RegExp) => objects.filter((one) => kind.test(one.kind ?? ''))
  const around = {
    services: of(/^Service$/),
    autoscalers: objects.filter((one) => shownScaler(one) !== undefined),
  }
  return { workload: workload as Templated, around }
}
