/** What a diagnosis of one canary has to see. */
import type { CanaryResource } from '../../canary/api.gen.ts'
import { conflictOf } from '../../canary/names/conflicts.ts'
import { faultsIn } from '../../canary/status/conditions.ts'
import type { DiagnosisFacts, Need } from '../../diagnosis/finding.ts'
import { inspect } from '../../inspection/inspect.ts'
import type { KubeObject } from '../../objects.ts'
import type { ResourceKind } from '../../resource-kind.ts'
import { usualSettings } from '../../routers/router.ts'
import type { Scaler } from '../../scalers/scaler.ts'
import type { WorkloadState } from '../../workloads/workload.ts'
import { type AsHandled, asHandled } from '../as-handled.ts'
import { isTargetNamed } from '../named-target.ts'
import { shownWorkload } from '../shown-kinds.ts'
import type { Unread } from '../unread.ts'
import { gather } from './gather.ts'
import type { LifeReader } from './lease.ts'
import { details, type Permitted } from './permitted.ts'
import type { Reader } from './reader.ts'
import { askWorkload, settingsOf } from './revisions.ts'
import { asNeeded } from './rounds.ts'

export interface DiagnosisMeans {
  reader: Reader
  life: LifeReader
  /** Every canary of the namespace, or why they could not be listed. */
  others: readonly CanaryResource[] | Unread
  /** Whether the cluster has a kind, or why that can't be told. */
  serves(kind: ResourceKind): Promise<boolean | Unread>
}

/** All but the commands that are told. Rejects with KubeError where the server is away. */
export async function readDiagnosisFacts(
  resource: CanaryResource,
  { reader, life, others, serves }: DiagnosisMeans,
): Promise<Omit<DiagnosisFacts, 'command'>> {
  const handled = asHandled(resource, reader.minIntervalMs)
  const { canary } = handled
  const problems = await problemsOf(handled)
  const mayRead = details(reader)
  const shown = isTargetNamed(canary) ? shownWorkload(canary.spec.targetRef) : undefined
  const { namespace, primaryName } = canary
  const { refusedScaler, scalerFor } = await import('../../scalers/index.ts')
  const scaler = scalerFor(canary)
  const refused = refusedScaler(canary)
  const [report, faults, target, scalerFaults, primary, kinds] = await Promise.all([
    gather(resource, reader, { full: true, events: 20, pods: true, life }),
    problems.length > 0 ? [] : readFaults(handled, mayRead, reader.now()),
    isTargetNamed(canary)
      ? askWorkload(handled, mayRead, (workload, of) =>
          workload.observe({ ...of, sizing: scaler?.sizing(of) }),
        )
      : { answer: undefined, problem: undefined },
    refused === undefined ? readScalerFaults(handled, mayRead, scaler) : [refused],
    shown?.podsOf &&
      mayRead.get<KubeObject>({
        ...{ apiVersion: shown.kind.apiVersion, kind: shown.kind.kind },
        ...{ namespace, name: primaryName },
      }),
    readKinds(handled, serves),
  ])
  const neighbours = 'why' in others ? [] : others
  const isRival = ({ metadata, spec }: CanaryResource) =>
    metadata.name !== canary.name &&
    spec?.targetRef?.kind === canary.spec.targetRef.kind &&
    spec.targetRef.name === canary.targetName
  return {
    report,
    canary,
    problems: [...problems, ...(await conflicts(handled, neighbours))],
    faults: [...faults, ...notedIn(canary, faults)],
    // What could not be read is not missing by that.
    targetProblem: mayRead.hidden.has(canary.spec.targetRef.kind) ? undefined : target.problem,
    scalerFaults,
    notReady: notReady(target.answer),
    primary: primary?.metadata,
    rivals: neighbours.filter(isRival).map(({ metadata }) => metadata.name),
    missingKinds: kinds.missing,
    ...hiddenOf(canary, {
      seen: [...report.unread, ...mayRead.unread()],
      neighbours: 'why' in others ? others : undefined,
      kinds,
    }),
  }
}

interface Hidden {
  seen: readonly Unread[]
  neighbours: Unread | undefined
  kinds: ProviderKinds
}

/** What of it rules can't see, and all that was not read. */
function hiddenOf(
  { spec }: AsHandled['canary'],
  { seen, neighbours, kinds }: Hidden,
): Pick<DiagnosisFacts, 'hidden' | 'unread'> {
  const { targetRef, autoscalerRef } = spec
  const isOf: Partial<Record<Need, (kind: string) => boolean>> = {
    workloads: (kind) => kind === targetRef.kind,
    autoscaler: (kind) => kind === autoscalerRef?.kind,
    routes: (kind) => kinds.own.includes(kind),
  }
  const isPart = (kind: string) => Object.values(isOf).some((is) => is(kind))
  // Of them nothing but evidence is made.
  const isEvidence = (kind: string) => kind === 'Pod' || kind === 'Event'
  const parts: [Need, Unread | undefined][] = [
    ...Object.entries(isOf).map(([need, is]): [Need, Unread | undefined] => [
      // The keys are those above.
      need as Need,
      seen.find(({ kind }) => is(kind)),
    ]),
    ['references', seen.find(({ kind }) => !isPart(kind) && !isEvidence(kind))],
    ['neighbours', neighbours],
    ['kinds', kinds.unread],
  ]
  const all = [
    ...seen,
    ...(neighbours ? [neighbours] : []),
    ...(kinds.unread ? [kinds.unread] : []),
  ]
  return {
    hidden: Object.fromEntries(parts.filter(([, unread]) => unread)),
    unread: [...new Map(all.map((one) => [one.request, one])).values()],
  }
}

/** Why the controller would not work on it. */
async function problemsOf({ canary, problems }: AsHandled): Promise<string[]> {
  if (problems.length > 0) return problems
  const { validate } = await import('../../inspection/validate.ts')
  return validate(canary, { noCrossNamespaceRefs: false })
}

/** What only the controller sees, such as routes of others, stands in the status. */
function notedIn({ status }: AsHandled['canary'], known: DiagnosisFacts['faults']) {
  return faultsIn(status.conditions)
    .filter((message) => !known.some((one) => message.includes(one.message)))
    .map((message) => ({ message, isFatal: false }))
}

/** What an older canary of the namespace has already. */
async function conflicts({ canary }: AsHandled, others: readonly CanaryResource[]) {
  const { claimsOf } = await import('../../routers/index.ts')
  const found = conflictOf(canary, others, { meshProvider: canary.provider, claimsOf })
  return found === undefined ? [] : [found]
}

/** Where the flag of the controller is not known, its usual value is no fault. */
const usualServer = 'http://prometheus:9090'

async function readFaults({ canary: given }: AsHandled, reader: Permitted, now: Date) {
  const { routerFor } = await import('../../routers/index.ts')
  const canary = { ...given, metricsServer: given.metricsServer || usualServer }
  const abilities = routerFor(canary.provider).abilities({ canary, settings: usualSettings })
  const faults = await asNeeded(
    (find) => inspect(canary, { find, now, abilities, meshProvider: canary.provider }),
    reader,
  )
  // What could not be read is not missing by that.
  const hidden = [...reader.hidden].map((kind) => new RegExp(`\\b${kind}\\b`, 'i'))
  return faults.filter(({ message }) => !hidden.some((pattern) => pattern.test(message)))
}

async function readScalerFaults(
  { canary, settings }: AsHandled,
  reader: Permitted,
  scaler: Scaler | undefined,
): Promise<string[]> {
  const reading = { canary, settings: settingsOf(settings) }
  const found = await asNeeded((find) => scaler?.faults?.({ ...reading, find }) ?? [], reader)
  return reader.hidden.has(canary.spec.autoscalerRef?.kind ?? '') ? [] : found
}

function notReady(state: WorkloadState | undefined): DiagnosisFacts['notReady'] {
  const { target, primary } = state ?? {}
  return {
    ...(target && 'why' in target && { canary: target.why }),
    ...(primary && 'why' in primary && { primary: primary.why }),
  }
}

interface ProviderKinds {
  /** Names of the kinds that its routes are made of. */
  own: readonly string[]
  /** Those that the cluster does not have, as people are told. */
  missing: string[]
  /** Why that can't be told of some. */
  unread: Unread | undefined
}

async function readKinds(
  { canary, settings, problems }: AsHandled,
  serves: DiagnosisMeans['serves'],
): Promise<ProviderKinds> {
  // Of a wrong spec the provider is a guess.
  if (settings.routesElsewhere || problems.length > 0)
    return { own: [], missing: [], unread: undefined }
  const { providerFor } = await import('../../routers/index.ts')
  const { kinds, onlyRead = [] } = providerFor(canary.provider)
  // What is read for a warning alone is missed by nobody.
  const foreign = kinds.filter((kind) => kind.apiVersion.includes('.') && !onlyRead.includes(kind))
  const served = await Promise.all(foreign.map(serves))
  return {
    own: kinds.map(({ kind }) => kind),
    missing: foreign.flatMap(({ kind, apiVersion }, at) =>
      served[at] === false ? [`${kind} (${apiVersion})`] : [],
    ),
    unread: served.find((one) => typeof one === 'object'),
  }
}
