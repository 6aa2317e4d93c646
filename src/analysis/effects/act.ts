/** The words of a decision: short constructors for effects, and what several phases share. */
import type { Phase } from '../../canary/api.gen.ts'
import type { Occasion, Severity } from '../../canary/occasion.ts'
import type { Routes } from '../../routers/router.ts'
import type { Readiness } from '../../workloads/workload.ts'
import type {
  Effect,
  EventType,
  Glance,
  HookType,
  Observation,
  StatusChange,
  Step,
  Verdict,
} from '../decision.ts'
import { checkKey } from '../decision.ts'
import type { Turn } from '../turn.ts'

export const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }
export const toCanary: Routes = { primary: 0, canary: 100, mirrored: false }
/** The primary is broken: nobody may stay there, whomever an A/B test is for. */
export const allToCanary: Routes = { ...toCanary, everybody: true }

/** `<canary>.<namespace>`, as events name it. */
export function canaryName({ canary }: Observation): string {
  return canary.label
}

/** `<target>.<namespace>`, as events name it. */
export function targetName({ canary }: Observation): string {
  return `${canary.targetName}.${canary.namespace}`
}

/** The phase that is noted; empty before the first write. */
export function phaseOf({ canary }: Pick<Glance, 'canary'>): Phase {
  return canary.status.phase ?? ''
}

/** An event of type Normal; the phase that is noted goes with it unless told otherwise. */
export function normal(
  seen: Pick<Glance, 'canary'>,
  message: string,
  phase = phaseOf(seen),
): Effect {
  return { kind: 'event', type: 'Normal', message, phase }
}

/** An event of type Warning; the phase that is noted goes with it unless told otherwise. */
export function warning(seen: Observation, message: string, phase = phaseOf(seen)): Effect {
  return { kind: 'event', type: 'Warning', message, phase }
}

/** What the canary waits for: said once until it changes, unlike an event. */
export function report(
  seen: Pick<Glance, 'canary'>,
  message: string,
  type: EventType = 'Warning',
): Extract<Effect, { kind: 'report' }> {
  return { kind: 'report', type, message, phase: phaseOf(seen) }
}

export type Unready = Exclude<Readiness, { state: 'ready' }>

/**
 * That pods are on their way, or what keeps them. Who has a hook for events hears of both at once,
 * as from Flagger: tools are built on what comes there.
 */
export function notReady(seen: Observation, of: Unready): Extract<Effect, { kind: 'report' }> {
  const { webhooks } = seen.canary.analysis
  const isHeard = seen.hasEventHook || webhooks.some(({ type }) => type === 'event')
  const isRoutine = of.state === 'waiting' && of.routine && !isHeard
  const routine = isRoutine ? { routine: true as const } : {}
  return { ...report(seen, of.why), ...routine }
}

const severities: Readonly<Record<Occasion, Severity>> = {
  started: 'info',
  waiting: 'warn',
  failed: 'error',
  succeeded: 'info',
  ended: 'info',
}

/**
 * An alert for those whom the Canary names. The occasion says how severe it is unless `severity`
 * does; `fields` adds what describes the canary, `gate` names the hook that waits.
 */
export function alert(
  occasion: Occasion,
  message: string,
  {
    severity = severities[occasion],
    fields = false,
    gate,
  }: { severity?: Severity; fields?: boolean; gate?: string } = {},
): Effect {
  return { kind: 'alert', occasion, severity, message, fields, ...(gate !== undefined && { gate }) }
}

/** These fields of the status are written; all others stay as they are. */
export function writeStatus(change: StatusChange): Effect {
  return { kind: 'status', change }
}

/** The events that came with an answer. */
export function told(seen: Observation, verdict: Verdict, phase = phaseOf(seen)): Effect[] {
  return verdict.events.map(({ type, message }) => ({
    kind: 'event',
    type,
    message,
    phase,
    ...(type === 'Normal' && { routine: true }),
  }))
}

/** The time so many milliseconds after `now`. */
export function later(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms)
}

export const passed: Verdict = { outcome: 'passed', events: [], results: [] }
export const closed: Verdict = { outcome: 'failed', events: [], results: [] }

/** The answer of the hooks of one type, or the question; hooks that do not exist need no asking. */
export function askHooks(turn: Turn, type: HookType, phase: Phase): Verdict | Step {
  const { webhooks } = turn.seen.canary.analysis
  const has = webhooks.some((hook) => hook.type === type && hook.call !== 'onRollback')
  if (!has) return type === 'rollback' ? closed : passed
  const check = { kind: 'hooks', type, phase } as const
  return turn.preset[checkKey(check)] ?? turn.verdicts[checkKey(check)] ?? { kind: 'check', check }
}

/** The answer of the metric servers, or the question. */
export function askMetrics(turn: Turn, kind: 'metrics' | 'providers' | 'looks'): Verdict | Step {
  if (kind === 'metrics' && turn.seen.canary.analysis.metrics.length === 0) return passed
  return turn.preset[kind] ?? turn.verdicts[kind] ?? { kind: 'check', check: { kind } }
}

/** Tells what is to be done, or asked, from an answer. */
export function isStep(of: Verdict | Step): of is Step {
  return 'kind' in of
}

/** Says that the revision goes to the primary. */
export function copying(seen: Observation): Effect {
  const { primaryName, namespace } = seen.canary
  return normal(seen, `Copying ${targetName(seen)} template spec to ${primaryName}.${namespace}`)
}
