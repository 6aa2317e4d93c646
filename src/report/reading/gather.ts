/** Reads what the report of one canary needs, in as few requests as it takes. */
import type { CanaryResource, Phase } from '../../canary/api.gen.ts'
import type { Canary } from '../../canary/canary.ts'
import { isUnderWay } from '../../canary/phases.ts'
import { type AsHandled, asHandled } from '../as-handled.ts'
import { isTargetNamed } from '../named-target.ts'
import { type CanaryEvent, type CanaryReport, reportOf } from '../report.ts'
import { shownScaler, shownWorkload } from '../shown-kinds.ts'
import { isOverdue, summarize } from '../summary.ts'
import { unreadWarning } from '../unread.ts'
import type { Warning } from '../warnings.ts'
import { readAutoscaler } from './autoscaler.ts'
import { eventsAbout } from './events.ts'
import { type LifeReader, lifeReader } from './lease.ts'
import { details, type Permitted, permitted } from './permitted.ts'
import type { Reader } from './reader.ts'
import { readRoutes } from './routes.ts'
import { areShort, readPods, readWorkloads } from './workloads.ts'

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
  /** Rejects where the server fails to give something: for who looks again. */
  isWhole?: boolean
}

/**
 * The report of a canary; what could not be read is left out and named in `unread`, and in `denied`
 * where the user may not. Rejects with KubeError where the server is away, and a whole one in any
 * case in which it fails.
 */
export async function gather(
  resource: CanaryResource,
  reader: Reader,
  options: GatherOptions,
): Promise<CanaryReport> {
  const handled = asHandled(resource, reader.minIntervalMs)
  const { canary, assumption } = handled
  const mayRead = options.isWhole ? permitted(reader) : details(reader)
  const { workloads, pods, events, autoscaler, routes, life } = await readAll(handled, {
    reader,
    mayRead,
    options,
  })
  const { hidden } = mayRead
  const unread = mayRead.unread()
  return reportOf({
    now: reader.now(),
    canary,
    assumption,
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
      !hidden.has(canary.spec.targetRef.kind),
    unread,
    isPartial: !options.full && options.reasons === undefined,
    warnings: [...warningsOf(handled, routes?.problem, options), ...unread.map(unreadWarning)],
  })
}

interface Means {
  reader: Reader
  mayRead: Permitted
  options: GatherOptions
}

/** All at the same time; only pods wait for what selects them. */
async function readAll(handled: AsHandled, { reader, mayRead, options }: Means) {
  const { canary, settings } = handled
  const { full } = options
  const reading = needsWorkloads(canary, options) ? readWorkloads(canary, mayRead) : {}
  const readingPods = async () => {
    const found = await reading
    return full || areShort(found, canary) ? readPods(canary, found, mayRead) : undefined
  }
  const readingEvents = async () =>
    (await eventsAbout(canary, mayRead)).map(({ event }): CanaryEvent => event)
  const [workloads, pods, events, autoscaler, routes, life] = await Promise.all([
    reading,
    wantsPods(options) ? readingPods() : undefined,
    full && options.events > 0 ? readingEvents() : options.reasons?.events,
    full ? readAutoscaler(canary, mayRead) : undefined,
    needsRoutes(canary, options) ? readRoutes(handled, mayRead) : undefined,
    needsLife(canary, reader.now(), options)
      ? (options.life ?? lifeReader(reader))(settings.lease)
      : undefined,
  ])
  return { workloads, pods, events, autoscaler, routes, life }
}

/** Nothing of these waits for pods. */
const restingPhases: readonly Phase[] = ['Initialized', 'Succeeded', 'Failed', 'Waiting']

function looksAtWorkloads({ status }: Canary, { full, reasons }: GatherOptions): boolean {
  return full || (reasons !== undefined && !restingPhases.includes(status.phase ?? ''))
}

/** A list shows the images of a change, and reads them where the run did not record them. */
function needsWorkloads(canary: Canary, options: GatherOptions): boolean {
  const { phase, canaryAnalysis } = canary.status
  if (looksAtWorkloads(canary, options)) return true
  return (isUnderWay(phase) || phase === 'Failed') && !canaryAnalysis?.images
}

function wantsPods({ full, pods, reasons }: GatherOptions): boolean {
  return full ? pods : reasons !== undefined
}

/** At rest nobody has to work on it, and in a list one that keeps its times shows that it lives. */
function needsLife(canary: Canary, now: Date, { full }: GatherOptions): boolean {
  // Of hundreds in a list few are: the rest need not be summed up twice.
  if (!full && !isOverdue(canary, now)) return false
  const { health, stale } = summarize(canary, now)
  if (!full) return stale
  return ['moving', 'waiting', 'paused', 'stale'].includes(health)
}

/** A list reads routes only where the status does not tell the weight of a run. */
function needsRoutes({ status }: Canary, { full }: GatherOptions): boolean {
  return full || (isUnderWay(status.phase) && status.canaryAnalysis?.weight === undefined)
}

function isShown(canary: Canary): boolean {
  return isTargetNamed(canary) && shownWorkload(canary.spec.targetRef)?.podsOf !== undefined
}

function warningsOf(
  { canary, problems }: AsHandled,
  problem: string | undefined,
  { full }: GatherOptions,
): Warning[] {
  return [
    ...problems.map((message): Warning => ({ code: 'CAN001', message })),
    ...(problem ? [{ code: 'CAN002', message: problem }] : []),
    ...(full ? unshown(canary) : []),
  ]
}

/** What of the canary is not in the report, because nothing here knows its kind. */
export function unshown({ spec }: Pick<Canary, 'spec'>): Warning[] {
  const { targetRef, autoscalerRef } = spec
  const note = (field: string, { apiVersion, kind }: { apiVersion?: string; kind: string }) => ({
    code: 'CAN003',
    message: `can't show what spec.${field} names: no ${kind || 'kind'}${apiVersion ? ` of ${apiVersion}` : ''} is known here`,
  })
  return [
    ...(shownWorkload(targetRef) ? [] : [note('targetRef', targetRef)]),
    ...(!autoscalerRef || shownScaler(autoscalerRef) ? [] : [note('autoscalerRef', autoscalerRef)]),
  ]
}
