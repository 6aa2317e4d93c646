/** The workload that a draft is for, and what is beside it: in the cluster, or in files. */
import { withoutTraffic } from '../../src/canary/providers.gen.ts'
import type { Surroundings } from '../../src/drafts/generate.ts'
import { UsageError } from '../../src/errors.ts'
import type { Kube } from '../../src/io/kube/kube.ts'
import { servedIn } from '../../src/io/kube/served.ts'
import { resourceKind } from '../../src/known-kinds.ts'
import type { KubeObject } from '../../src/objects.ts'
import { details } from '../../src/report/reading/permitted.ts'
import { shownScaler, shownWorkload } from '../../src/report/shown-kinds.ts'
import { asUnread, type Unread, unreadText } from '../../src/report/unread.ts'
import type { ResourceKind } from '../../src/resource-kind.ts'
import { providers } from '../../src/routers/registry.gen.ts'
import { shownScalers } from '../../src/scalers/shown.gen.ts'
import type { Templated } from '../../src/workloads/pods/pod-template.ts'
import { type Named, readSelection } from '../input/selection.ts'
import { objectsIn } from '../input/yaml.ts'
import { exits, Failure } from '../shell/failure.ts'
import { readerOf } from '../shell/reader.ts'
import type { Session } from '../shell/session.ts'

export interface Found {
  workload: Templated
  around: Surroundings
  /** That of the cluster; absent where nobody looked. */
  provider?: string
  /** What could not be read, and what that leaves open. */
  notes: string[]
}

/** `deploy/podinfo`; throws UsageError for what is no workload. */
export function workloadNamed(words: readonly string[]): Extract<Named, { kind: 'target' }> {
  const none = { all: false, 'all-namespaces': false, recursive: false }
  const [named, ...others] = readSelection(words, none).named
  if (named?.kind === 'target' && others.length === 0) return named
  throw new UsageError('name one workload: deploy/NAME or ds/NAME')
}

/** What a draft is to have that the cluster decides. */
export interface DraftWishes {
  wantsProvider: boolean
  /** `auto`, `none`, or the name of an autoscaler. */
  scaler: string
}

/**
 * Of the cluster; with the provider that is installed there, where that is asked for. What is beside
 * the workload and can't be read is left out, with a note. Rejects with Failure where there is no
 * such workload, or what was asked for can't be known, and with KubeError where the workload can't be
 * read.
 */
export async function inCluster(
  { targetKind, name }: Extract<Named, { kind: 'target' }>,
  session: Session,
  { wantsProvider, scaler }: DraftWishes,
): Promise<Found> {
  const { kube, signal, namespace } = session
  const shown = shownWorkload({ apiVersion: 'apps/v1', kind: targetKind })
  if (!shown?.podsOf) throw new UsageError(`a ${targetKind} has no pods to release`)
  const { apiVersion, kind, plural } = shown.kind
  const reading = details(readerOf(session))
  const list = async (of: ResourceKind): Promise<KubeObject[]> => {
    const found = (await reading.list<KubeObject>(of, { namespace })) ?? []
    return found.map((one) => ({ ...one, apiVersion: of.apiVersion, kind: of.kind }))
  }
  const scalers = scaler === 'none' ? [] : shownScalers.map((one) => one.kind)
  const [workload, services, autoscalers, installed] = await Promise.all([
    kube.get<Templated>({ apiVersion, kind, namespace, name }, signal),
    list(serviceKind),
    Promise.all(scalers.map(list)).then((lists) => lists.flat()),
    wantsProvider ? installedProvider({ kube, signal }) : undefined,
  ])
  if (!workload)
    throw new Failure(`Error from server (NotFound): ${plural}.apps "${name}" not found`, {
      exit: exits.error,
    })
  const unread = reading.unread()
  requireScaler(scaler, autoscalers, unread)
  return {
    workload: { ...workload, apiVersion, kind },
    around: { services, autoscalers },
    ...(installed && { provider: installed.provider }),
    notes: [
      ...unread.map((one) => `${unreadText(one)}: ${openWithout(one, name)}`),
      ...(installed?.unread ?? []).map(
        (one) => `${unreadText(one)}: if the mesh is another, name it with --provider`,
      ),
    ],
  }
}

const serviceKind = resourceKind({ apiVersion: 'v1', kind: 'Service' })

function openWithout({ kind }: Unread, name: string): string {
  return kind === 'Service'
    ? `whether there is a Service "${name}", which the controller would take over, can't be told`
    : 'set spec.autoscalerRef where one scales the workload'
}

/** Whoever names an autoscaler needs it: one that can't be read is not missing by that. */
function requireScaler(
  wanted: string,
  found: readonly KubeObject[],
  unread: readonly Unread[],
): void {
  const hidden = unread.find(({ kind }) => kind !== serviceKind.kind)
  const isNamed = wanted !== 'auto' && wanted !== 'none'
  if (!isNamed || !hidden || found.some(({ metadata }) => metadata.name === wanted)) return
  throw new Failure(`error: the autoscaler "${wanted}" can't be read: ${unreadText(hidden)}`, {
    exit: exits.error,
    hints: ['to draft without it: --hpa=none'],
  })
}

/** Those that are nothing but what they are asked for; an Ingress controller can't be told so. */
const asked = providers
  .filter((one) => one.draftOrder !== undefined)
  .sort((some, other) => (some.draftOrder ?? 0) - (other.draftOrder ?? 0))

/**
 * The first whose kinds the cluster serves, with the groups of which that could not be told; plain
 * Kubernetes where there is none. Rejects with Failure where none is found and one may be hidden: a
 * draft for plain Kubernetes would move no traffic beside a mesh.
 */
export async function installedProvider({
  kube,
  signal,
}: Asking): Promise<{ provider: string; unread: Unread[] }> {
  const groups = new Map<string, Promise<boolean | Unread>>()
  const isServed = (apiVersion: string) => {
    const asking = groups.get(apiVersion) ?? serves(apiVersion, { kube, signal })
    groups.set(apiVersion, asking)
    return asking
  }
  const found = await Promise.all(
    asked.map(async ({ kinds }) => {
      const own = kinds.filter(({ apiVersion }) => /\..*\//.test(apiVersion))
      return Promise.all(own.map(({ apiVersion }) => isServed(apiVersion)))
    }),
  )
  const at = found.findIndex((own) => own.length > 0 && own.every((one) => one === true))
  const before = at < 0 ? found : found.slice(0, at)
  const unread = before
    // A provider of which one group is not there is not there.
    .filter((own) => !own.includes(false))
    .flatMap((own) => own.flatMap((one) => (typeof one === 'object' ? one : [])))
  const once = [...new Map(unread.map((one) => [one.request, one])).values()]
  const provider = asked[at]?.names[0]
  if (provider !== undefined) return { provider, unread: once }
  const [first] = once
  if (!first) return { provider: withoutTraffic.join(), unread: [] }
  throw new Failure(`error: the mesh of the cluster can't be told: ${unreadText(first)}`, {
    exit: exits.error,
    hints: [`name it with --provider, or --provider=${withoutTraffic.join()} where there is none`],
  })
}

async function serves(apiVersion: string, { kube, signal }: Asking): Promise<boolean | Unread> {
  try {
    return (await servedIn(kube, apiVersion, signal)) !== undefined
  } catch (error) {
    return asUnread(error, { kind: apiVersion, request: `get /apis/${apiVersion}` })
  }
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
  return { workload: workload as Templated, around, notes: [] }
}
