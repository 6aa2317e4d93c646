/** What a diagnosis of one canary has to see. */
import type { CanaryResource } from '../../canary/api.gen.ts'
import { conflictOf } from '../../canary/names/conflicts.ts'
import { faultsIn } from '../../canary/status/conditions.ts'
import type { DiagnosisFacts } from '../../diagnosis/finding.ts'
import { inspect } from '../../inspection/inspect.ts'
import type { KubeObject } from '../../objects.ts'
import type { ResourceKind } from '../../resource-kind.ts'
import { usualSettings } from '../../routers/router.ts'
import type { Scaler } from '../../scalers/scaler.ts'
import type { WorkloadState } from '../../workloads/workload.ts'
import { type AsHandled, asHandled } from '../as-handled.ts'
import { shownWorkload } from '../shown-kinds.ts'
import { gather } from './gather.ts'
import type { LifeReader } from './lease.ts'
import { type Permitted, permitted } from './permitted.ts'
import type { Reader } from './reader.ts'
import { askWorkload, settingsOf } from './revisions.ts'
import { asNeeded } from './rounds.ts'

export interface DiagnosisMeans {
  reader: Reader
  life: LifeReader
  /** Every canary of the namespace. */
  others: readonly CanaryResource[]
  /** Whether the cluster has a kind. */
  serves(kind: ResourceKind): Promise<boolean>
}

/** All but the commands that are told. */
export async function readDiagnosisFacts(
  resource: CanaryResource,
  { reader, life, others, serves }: DiagnosisMeans,
): Promise<Omit<DiagnosisFacts, 'command'>> {
  const handled = asHandled(resource, reader.minIntervalMs)
  const { canary } = handled
  const problems = await problemsOf(handled)
  const mayRead = permitted(reader)
  const shown = shownWorkload(canary.spec.targetRef)
  const { namespace, primaryName } = canary
  const { refusedScaler, scalerFor } = await import('../../scalers/index.ts')
  const scaler = scalerFor(canary)
  const refused = refusedScaler(canary)
  const [report, faults, target, scalerFaults, primary, missingKinds] = await Promise.all([
    gather(resource, reader, { full: true, events: 20, pods: true, life }),
    problems.length > 0 ? [] : readFaults(handled, mayRead, reader.now()),
    askWorkload(handled, mayRead, (workload, of) =>
      workload.observe({ ...of, sizing: scaler?.sizing(of) }),
    ),
    refused === undefined ? readScalerFaults(handled, mayRead, scaler) : [refused],
    shown?.podsOf &&
      mayRead.get<KubeObject>({
        ...{ apiVersion: shown.kind.apiVersion, kind: shown.kind.kind },
        ...{ namespace, name: primaryName },
      }),
    readMissingKinds(handled, serves),
  ])
  const isRival = ({ metadata, spec }: CanaryResource) =>
    metadata.name !== canary.name &&
    spec?.targetRef?.kind === canary.spec.targetRef.kind &&
    spec.targetRef.name === canary.targetName
  return {
    report,
    canary,
    problems: [...problems, ...(await conflicts(handled, others))],
    faults: [...faults, ...notedIn(canary, faults)],
    targetProblem: target.problem,
    scalerFaults,
    notReady: notReady(target.answer),
    primary: primary?.metadata,
    rivals: others.filter(isRival).map(({ metadata }) => metadata.name),
    missingKinds,
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
  // What may not be read is not missing by that.
  const hidden = [...reader.denied].map((kind) => new RegExp(`\\b${kind}\\b`, 'i'))
  return faults.filter(({ message }) => !hidden.some((pattern) => pattern.test(message)))
}

async function readScalerFaults(
  { canary, settings }: AsHandled,
  reader: Permitted,
  scaler: Scaler | undefined,
): Promise<string[]> {
  const reading = { canary, settings: settingsOf(settings) }
  const found = await asNeeded((find) => scaler?.faults?.({ ...reading, find }) ?? [], reader)
  return reader.denied.has(canary.spec.autoscalerRef?.kind ?? '') ? [] : found
}

function notReady(state: WorkloadState | undefined): DiagnosisFacts['notReady'] {
  const { target, primary } = state ?? {}
  return {
    ...(target && 'why' in target && { canary: target.why }),
    ...(primary && 'why' in primary && { primary: primary.why }),
  }
}

async function readMissingKinds(
  { canary, settings, problems }: AsHandled,
  serves: (kind: ResourceKind) => Promise<boolean>,
): Promise<string[]> {
  // Of a wrong spec the provider is a guess.
  if (settings.routesElsewhere || problems.length > 0) return []
  const { providerFor } = await import('../../routers/index.ts')
  const { kinds } = providerFor(canary.provider)
  const own = kinds.filter(({ apiVersion }) => apiVersion.includes('.'))
  const served = await Promise.all(own.map(serves))
  return own.flatMap(({ kind, apiVersion }, at) => (served[at] ? [] : [`${kind} (${apiVersion})`]))
}
