/** Reads what the report of one canary needs, in as few requests as it takes. */

import type { CanaryResource, Phase } from '../../src/canary/api.gen.ts'
import type { Canary } from '../../src/canary/canary.ts'
import { autoscalerKinds, referredKind, resourceKind, targetKinds } from '../../src/known-kinds.ts'
import type { KubeObject } from '../../src/objects.ts'
import { asHandled } from '../../src/report/as-handled.ts'
import {
  type AutoscalerReport,
  type CanaryEvent,
  type CanaryReport,
  eventOf,
  reportOf,
  type Seen,
} from '../../src/report/report.ts'
import { isRunning, summarize } from '../../src/report/summary.ts'
import type { Warning } from '../../src/report/warnings.ts'
import type { WorkloadObject } from '../../src/report/workload-report.ts'
import type { Pod } from '../../src/workloads/pod-trouble.ts'
import { type LifeReader, lifeReader } from './read-life.ts'
import { readRoutes } from './read-routes.ts'
import { listEvents, orDenied, type Reader, readerOf } from './reader.ts'
import type { Session } from './session.ts'

export interface GatherOptions {
  /** Pods, events, autoscaler and routes too; else only what a row of the list shows. */
  full: boolean
  /** Events to read; 0 reads none. */
  events: number
  pods: boolean
  /** How the lease of the controller is read, for those who look at several canaries. */
  life?: LifeReader
  /** Events read already: with them, and the workloads of what moves, the reason is told. */
  reasons?: { events: readonly CanaryEvent[] } | undefined
}

const podKind = resourceKind({ apiVersion: 'v1', kind: 'Pod' })

/** The report of a canary; what the user may not read is left out and named in `denied`. */
export async function gather(
  resource: CanaryResource,
  session: Session,
  options: GatherOptions,
): Promise<CanaryReport> {
  const handled = asHandled(resource, session.minIntervalMs)
  const { canary, problems } = handled
  const denied: string[] = []
  const reader = readerOf(session, denied)
  const reading = readWorkloads(canary, reader, options)
  const [workloads, pods, events, autoscaler, routes, life] = await Promise.all([
    reading,
    wantsPods(options)
      ? reading.then((found) =>
          options.full || isUnready(found) ? readPods(canary, found, session, denied) : undefined,
        )
      : undefined,
    options.full && options.events > 0
      ? readEvents(canary, session, denied)
      : options.reasons?.events,
    options.full ? readAutoscaler(canary, reader) : undefined,
    needsRoutes(canary, options) ? readRoutes(handled, reader) : undefined,
    needsLife(canary, session, options)
      ? (options.life ?? lifeReader(session))(handled.settings.lease)
      : undefined,
  ])
  const seen: Seen = {
    now: session.clock.now(),
    canary,
    assumption: handled.assumption,
    ...workloads,
    targetPods: pods?.target,
    primaryPods: pods?.primary,
    events: events?.slice(-Math.max(options.events, 20)),
    eventCount: events?.length,
    autoscaler,
    routes: routes?.routes,
    route: routes?.route,
    life,
    isComplete:
      looksAtWorkloads(canary, options) &&
      isShown(canary) &&
      !denied.includes(canary.spec.targetRef.kind),
    denied: [...new Set(denied)],
    isPartial: !options.full && options.reasons === undefined,
    warnings: [
      ...problems.map((message): Warning => ({ code: 'CAN001', message })),
      ...(routes?.problem ? [{ code: 'CAN002', message: routes.problem }] : []),
      ...(options.full ? unshown(canary) : []),
    ],
  }
  return reportOf(seen)
}

/** Nothing of these waits for pods. */
const restingPhases: readonly Phase[] = ['Initialized', 'Succeeded', 'Failed', 'Waiting']

function looksAtWorkloads({ status }: Canary, { full, reasons }: GatherOptions): boolean {
  return full || (reasons !== undefined && !restingPhases.includes(status.phase ?? ''))
}

function wantsPods({ full, pods, reasons }: GatherOptions): boolean {
  return full ? pods : reasons !== undefined
}

/** The pods of a workload that is complete tell nothing. */
function isUnready(found: Record<string, WorkloadObject | undefined>): boolean {
  return Object.values(found).some((object) => {
    const { readyReplicas = 0 } = object?.status ?? {}
    return object !== undefined && readyReplicas < (object.spec?.replicas ?? 1)
  })
}

async function readWorkloads(canary: Canary, read: Reader, options: GatherOptions) {
  const { spec, namespace } = canary
  const target = referredKind(spec.targetRef, targetKinds)
  if (!target) return {}
  const { apiVersion, kind } = target
  const ref = (name: string) => ({ apiVersion, kind, namespace, name })
  const known = canary.status.canaryAnalysis?.images
  const changing = isRunning(canary.status.phase) || canary.status.phase === 'Failed'
  if (!looksAtWorkloads(canary, options) && (!changing || known)) return {}
  const [found, primary] = await Promise.all([
    read<WorkloadObject>(ref(canary.targetName)),
    read<WorkloadObject>(ref(canary.primaryName)),
  ])
  return { target: found, primary }
}

/** Says what of the canary is not in the report because nothing here knows its kind. */
function unshown({ spec }: Canary): Warning[] {
  const { targetRef, autoscalerRef } = spec
  const note = (field: string, { apiVersion, kind }: { apiVersion?: string; kind: string }) => ({
    code: 'CAN003',
    message: `can't show what spec.${field} names: no ${kind || 'kind'}${apiVersion ? ` of ${apiVersion}` : ''} is known here`,
  })
  return [
    ...(referredKind(targetRef, targetKinds) ? [] : [note('targetRef', targetRef)]),
    ...(!autoscalerRef || referredKind(autoscalerRef, autoscalerKinds)
      ? []
      : [note('autoscalerRef', autoscalerRef)]),
  ]
}

/** One list for both workloads: their pods differ in the value of one label. */
async function readPods(
  { namespace }: Canary,
  {
    target,
    primary,
  }: { target?: WorkloadObject | undefined; primary?: WorkloadObject | undefined },
  { kube, signal }: Session,
  denied: string[],
): Promise<{ target: Pod[]; primary: Pod[] } | undefined> {
  const wanted = target?.spec?.selector?.matchLabels ?? {}
  const promoted = primary?.spec?.selector?.matchLabels ?? {}
  const key = Object.keys(promoted).find((one) => promoted[one] !== wanted[one])
  const labelSelector = key
    ? `${key} in (${[wanted[key], promoted[key]].filter(Boolean).join(',')})`
    : Object.entries(target ? wanted : promoted)
        .map(([name, value]) => `${name}=${value}`)
        .join(',')
  if (labelSelector === '') return undefined
  const answer = await kube
    .list<Pod>(podKind, { namespace, labelSelector, signal })
    .catch(orDenied('Pod', denied))
  const of = (labels: Record<string, string>) =>
    (answer?.items ?? []).filter(({ metadata }) => isIn(labels, metadata.labels))
  return { target: target ? of(wanted) : [], primary: primary ? of(promoted) : [] }
}

function isIn(selector: Record<string, string>, labels: Record<string, string> = {}): boolean {
  const pairs = Object.entries(selector)
  return pairs.length > 0 && pairs.every(([key, value]) => labels[key] === value)
}

async function readEvents(canary: Canary, session: Session, denied: string[]) {
  const events = (await listEvents(canary, session, denied)).map(eventOf)
  return events.sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
}

interface Autoscaler extends KubeObject {
  spec?: {
    minReplicas?: number
    maxReplicas?: number
    minReplicaCount?: number
    maxReplicaCount?: number
  }
  status?: { currentReplicas?: number }
}

async function readAutoscaler(
  { spec, namespace }: Canary,
  read: Reader,
): Promise<AutoscalerReport | undefined> {
  const { autoscalerRef } = spec
  if (!autoscalerRef) return undefined
  const known = referredKind(autoscalerRef, autoscalerKinds)
  if (!known) return undefined
  const { apiVersion, kind } = known
  const ref = { apiVersion, kind, namespace, name: `${autoscalerRef.name}-primary` }
  const found = await read<Autoscaler>(ref)
  return (
    found && {
      kind,
      name: ref.name,
      min: found.spec?.minReplicas ?? found.spec?.minReplicaCount ?? null,
      max: found.spec?.maxReplicas ?? found.spec?.maxReplicaCount ?? null,
      current: found.status?.currentReplicas ?? null,
      createdAt: found.metadata.creationTimestamp ?? null,
    }
  )
}

function isShown({ spec }: Canary): boolean {
  return (
    referredKind(spec.targetRef, targetKinds) !== undefined && spec.targetRef.kind !== 'Service'
  )
}

/** At rest nobody has to work on it, and in a list one that keeps its times shows that it lives. */
function needsLife(canary: Canary, { clock }: Session, { full }: GatherOptions): boolean {
  const { health, stale } = summarize(canary, clock.now())
  if (!full) return stale
  return ['moving', 'waiting', 'paused', 'stale'].includes(health)
}

/** A list reads routes only where the status does not tell the weight of a run. */
function needsRoutes({ status }: Canary, { full }: GatherOptions): boolean {
  return full || (isRunning(status.phase) && status.canaryAnalysis?.weight === undefined)
}
