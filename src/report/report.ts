/** `CanaryReport`: all that `status` and `watch` know of one canary, as one document. Pure. */

import type { Gate, ImageChange, JudgeStatus } from '../canary/api.gen.ts'
import type { Canary, Phase, Strategy } from '../canary/canary.ts'
import { formatDuration } from '../canary/duration.ts'
import { type ControllerIdentity, controllerOf } from '../canary/names/controller-identity.ts'
import { isUnderWay } from '../canary/phases.ts'
import { revisionAtHand } from '../canary/revision.ts'
import { byText } from '../compare.ts'
import type { KubeObject } from '../objects.ts'
import { readRequests } from '../requests/request.ts'
import type { Routes } from '../routers/router.ts'
import { stamp } from '../stamp.ts'
import { changedByHand } from './changed-by-hand.ts'
import { type CheckItem, checkItems } from './check-items.ts'
import { heldUp } from './held-up.ts'
import type { Life } from './life.ts'
import { matchTexts } from './match-texts.ts'
import { nextIn, type Progress, weightsOf } from './progress.ts'
import { reasonOf } from './reason.ts'
import { type LastRun, lastRunOf } from './runs/last-run.ts'
import { podsOf } from './shown-kinds.ts'
import { type Health, type Paused, summarize, type Traffic } from './summary.ts'
import type { Unread } from './unread.ts'
import type { Waiting } from './waits.ts'
import { type Warning, warningsOf } from './warnings.ts'
import { changesOf, type WorkloadReport, workloadReport } from './workload-report.ts'

export interface CanaryEvent {
  at: string
  type: string
  reason: string
  message: string
  count: number
}

/** What was read about one canary; absent means not found, or not readable (see `unread`). */
export interface Seen extends Waiting {
  /** Why the provider is assumed to be the one of the canary; absent where somebody says it. */
  assumption?: string | undefined
  /** Newest last. */
  events?: readonly CanaryEvent[] | undefined
  /** Events in all, of which `events` may be the last few. */
  eventCount?: number | undefined
  routes?: Routes | undefined
  route?: { kind: string; name: string; createdAt?: string | undefined } | undefined
  autoscaler?: AutoscalerReport | undefined
  /** What the lease of the controller tells; absent where it was not asked. */
  life?: Life | undefined
  /** What could not be read. */
  unread: readonly Unread[]
  /** Events and workloads were not looked at: nothing can be said of why. */
  isPartial?: boolean | undefined
  warnings?: readonly Warning[] | undefined
}

export interface AutoscalerBounds {
  name: string
  min: number | null
  max: number | null
  createdAt: string | null
}

export interface AutoscalerReport extends AutoscalerBounds {
  kind: string
  current: number | null
  /** The target's own, with which a canary begins; absent where there is none. */
  target?: AutoscalerBounds
}

export interface CanaryReport {
  apiVersion: 'cli.canary/v1'
  kind: 'CanaryReport'
  checks: {
    failed: number
    threshold: number
    nextInSeconds: number | null
    items: CheckItem[]
  }
  controller: ControllerIdentity & {
    lastStatusWrite: string | null
    /** Nobody works on it, as far as can be told. */
    stale: boolean
    /** Whether its lease is held; null where nothing tells. */
    alive: boolean | null
    lease: { name: string; renewedAt: string | null } | null
    /** Why it does not live, or why that can't be told. */
    why: string | null
  }
  events: CanaryEvent[]
  eventCount: number
  health: Health
  metadata: {
    name: string
    namespace: string
    uid: string | null
    generation: number | null
    resourceVersion: string | null
    createdAt: string | null
  }
  /** What the judge makes of the run, or of the last one; absent where there is none. */
  judge?: JudgeStatus
  observedAt: string
  paused: Paused | null
  /** Why it is not where it should be; null where there is nothing to tell, or nobody looked. */
  reason: string | null
  /** It waits for a person, has failed, or does not move; null where nobody looked. */
  needsAttention: boolean | null
  phase: Phase
  /** The phase, or what lies over it, such as `Paused`. */
  state: string
  /** What it waits for that is no gate: pods, its primary, its target. */
  waitsFor: string | null
  progress: Progress & { gate: Gate | null }
  requests: {
    pending: { verb: string; by: string | null; at: string | null; reason: string | null }[]
    last: {
      verb: string
      by: string | null
      result: string
      at: string | null
      message: string | null
      reason: string | null
    }[]
  }
  revision: {
    current: string | null
    promoted: string | null
    pending: boolean
    images: ImageChange[]
  }
  run: LastRun | null
  strategy: {
    type: Strategy
    provider: string
    /** From what the provider is assumed; null where the spec or the controller says it. */
    assumed: string | null
    interval: string
    weights: number[]
    maxWeight: number
    mirror: boolean
    skipAnalysis: boolean
    match: string[]
  }
  autoscaler: AutoscalerReport | null
  route: { kind: string; name: string; createdAt: string | null } | null
  traffic: Traffic
  /** Both workloads were looked for, and could be read: what is not found is missing. */
  complete: boolean
  /** Kinds that the user may not read. */
  denied: string[]
  /** Requests that gave nothing: what they would have shown is left out. */
  unread: Unread[]
  warnings: Warning[]
  workloads: { primary: WorkloadReport; canary: WorkloadReport }
}

/** The report of what was seen. Fields are only ever added within `v1`. */
export function reportOf(seen: Seen): CanaryReport {
  const reported = reportedOf(seen)
  if (seen.isPartial) return { ...reported, reason: null, needsAttention: null }
  const { text, needsAttention } = reasonOf(reported)
  return { ...reported, reason: text || null, needsAttention }
}

/** Seconds; of a check that is due, and can't be made while pods are waited for, nobody knows. */
function nextCheckOf({ canary, now }: Seen, waitsFor: string | null): number | null {
  const seconds = nextIn(canary, now)
  return waitsFor !== null && seconds === 0 ? null : seconds
}

function reportedOf(seen: Seen): Omit<CanaryReport, 'reason' | 'needsAttention'> {
  const { canary, now } = seen
  const { status, metadata, analysis } = canary
  const summary = summarize(canary, now, seen.routes)
  const held = heldUp(seen, summary)
  return {
    apiVersion: 'cli.canary/v1',
    kind: 'CanaryReport',
    checks: {
      failed: summary.failedChecks,
      threshold: summary.threshold,
      nextInSeconds:
        summary.paused || !isUnderWay(status.phase) ? null : nextCheckOf(seen, held.waitsFor),
      items: checkItems(canary, seen.events ?? []),
    },
    controller: {
      ...controllerOf(canary),
      lastStatusWrite: summary.lastWrite,
      ...held.controller,
    },
    events: [...(seen.events ?? [])],
    eventCount: seen.eventCount ?? seen.events?.length ?? 0,
    health: held.health,
    metadata: {
      name: canary.name,
      namespace: canary.namespace,
      uid: metadata.uid ?? null,
      generation: metadata.generation ?? null,
      resourceVersion: metadata.resourceVersion ?? null,
      createdAt: metadata.creationTimestamp ?? null,
    },
    ...(status.canaryAnalysis?.judge && { judge: status.canaryAnalysis.judge }),
    observedAt: stamp(now),
    paused: summary.paused,
    phase: summary.phase,
    state: summary.word,
    waitsFor: held.waitsFor,
    progress: {
      ...summary.progress,
      // Nobody knows how long pods take.
      ...(held.waitsFor !== null && { secondsLeft: null }),
      gate: summary.gate,
    },
    requests: requestsOf(canary),
    revision: {
      current: revisionAtHand(status) ?? null,
      promoted: status.lastPromotedSpec || null,
      pending: summary.pending,
      images: summary.pending ? changesOf(seen) : [],
    },
    run: lastRunOf(canary),
    strategy: {
      type: canary.strategy,
      provider: canary.provider,
      assumed: seen.assumption ?? null,
      interval: formatDuration(analysis.intervalMs),
      weights: weightsOf(canary),
      maxWeight: analysis.maxWeight,
      mirror: analysis.mirror,
      skipAnalysis: canary.skipAnalysis || status.skipAnalysisOnce === true,
      match: matchTexts(canary),
    },
    autoscaler: autoscalerOf(seen),
    route: seen.route ? { ...seen.route, createdAt: seen.route.createdAt ?? null } : null,
    traffic: summary.traffic,
    complete: seen.isComplete === true,
    denied: seen.unread.filter(({ why }) => why === null).map(({ kind }) => kind),
    unread: [...seen.unread],
    warnings: [...warningsOf(canary, seen.warnings), ...changedByHand(seen)],
    workloads: {
      primary: workloadReport(canary.primaryName, canary, seen.primary, seen.primaryPods),
      canary: workloadReport(canary.targetName, canary, seen.target, seen.targetPods),
    },
  }
}

/** Reads an Event object; the time is its last one. */
export function eventOf(object: KubeObject & Record<string, unknown>): CanaryEvent {
  const text = (field: string) => (typeof object[field] === 'string' ? String(object[field]) : '')
  return {
    at: text('lastTimestamp') || text('eventTime') || object.metadata.creationTimestamp || '',
    type: text('type'),
    reason: text('reason'),
    message: text('message'),
    count: typeof object.count === 'number' ? object.count : 1,
  }
}

function requestsOf({ status, metadata }: Canary): CanaryReport['requests'] {
  const answers = Object.entries(status.requests ?? {})
  const pending = readRequests(metadata.annotations)
    .filter(({ verb, id }) => id === undefined || status.requests?.[verb]?.id !== id)
    .map(({ verb, by, at, reason }) => ({
      verb,
      by: by ?? null,
      at: at ?? null,
      reason: reason ?? null,
    }))
  const last = answers
    .map(([verb, { by, result, at, message, reason }]) => ({
      verb,
      by: by ?? null,
      result,
      at: at ?? null,
      message: message ?? null,
      reason: reason ?? null,
    }))
    .sort((one, other) => byText(other.at ?? '', one.at ?? ''))
  return { pending, last }
}

/** An autoscaler that does not say where it stands has brought the primary to the size it has. */
function autoscalerOf({ autoscaler, canary, primary }: Seen): AutoscalerReport | null {
  if (!autoscaler) return null
  return { ...autoscaler, current: autoscaler.current ?? podsOf(canary, primary)?.wanted ?? null }
}
