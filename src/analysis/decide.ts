/** The step function: everything that is seen goes in, everything that is to be done comes out. */
import type { RunResult } from '../canary/api.gen.ts'
import { isRunning } from '../canary/phases.ts'
import { answer, answered, isAcknowledged } from '../requests/answers.ts'
import type { Request } from '../requests/fields.ts'
import { carryOut } from '../requests/orders.ts'
import { refuseAll, type Taken, takeRequests } from '../requests/take.ts'
import { withoutTarget } from './absent.ts'
import { later, phaseOf, report, stamp, status } from './act.ts'
import { adopt } from './adoption.ts'
import { bootstrap, firstSight, isNew } from './bootstrap.ts'
import type { Decision, Effect, Observation, Verdicts } from './decision.ts'
import { withFaults } from './faults.ts'
import { finalise, followPrimary } from './promotion.ts'
import { rested } from './rest.ts'
import { analyse } from './run.ts'
import { idle } from './start.ts'
import { after, run, runOf } from './status.ts'
import { finalizer, terminate } from './terminate.ts'
import type { Turn } from './turn.ts'
import { finish } from './upkeep.ts'
import { withWait } from './waits.ts'

/**
 * One step of a canary. When it needs an answer it returns that check; the caller runs it and
 * calls again with one more verdict, until there is something to do. Pure: equal input, equal
 * decision.
 */
export function decide(seen: Observation, verdicts: Verdicts): Decision {
  const { canary } = seen
  if (canary.metadata.deletionTimestamp !== undefined) return terminate(seen)
  const owned = keepFinalizer(seen)
  if (owned.length > 0) return finish(owned)
  if (seen.problems.length > 0) return withFaults(seen, invalid(seen))
  const taken = takeRequests(seen)
  if (taken.replies.length > 0) return finish([...firstSight(seen), ...answer(seen, taken.replies)])
  const noted = standing(seen, taken)
  const then = after(seen, noted)
  const alone = withoutTarget(then, taken.order)
  const decision = alone ? spent(then, alone, taken) : workedOn(then, verdicts, taken)
  const whole = withFaults(seen, withWait(seen, withFirst(noted, decision)))
  return wakeForPause(seen, whole, taken)
}

/** What standing requests bring about is written together with the step that goes on from there. */
function withFirst(noted: Effect[], decision: Decision): Decision {
  if (decision.kind === 'check') return decision
  return { ...decision, effects: [...noted, ...decision.effects] }
}

/** A pause ends by itself when its time is up, also if nothing else happens. */
function wakeForPause(seen: Observation, decision: Decision, { pause }: Taken): Decision {
  const until = pause?.until === undefined ? Number.NaN : Date.parse(pause.until)
  // One that is over is over: what ends it was decided above.
  if (decision.kind === 'check' || !(until > seen.now.getTime())) return decision
  const wake = Math.min(until, decision.wakeAt?.getTime() ?? until)
  return { ...decision, wakeAt: new Date(wake) }
}

function workedOn(seen: Observation, verdicts: Verdicts, taken: Taken): Decision {
  return seen.canary.suspended ? suspended(seen) : step(seen, verdicts, taken)
}

function step(seen: Observation, verdicts: Verdicts, taken: Taken): Decision {
  const { order } = taken
  const turn: Turn = { seen, verdicts, order }
  if (isNew(seen)) return bootstrap(turn)
  const adopted = adopt(seen)
  if (adopted) return adopted
  if (order?.verb === 'reset') return carryOut({ ...turn, order })
  const isPaused = taken.pause !== undefined && !isOver(seen, taken.pause)
  const decision = order ? carryOut({ ...turn, order }) : byPhase(turn, taken, isPaused)
  return spent(seen, decision, taken)
}

function byPhase(turn: Turn, taken: Taken, isPaused: boolean): Decision {
  const { seen } = turn
  const phase = phaseOf(seen)
  if (phase === 'Promoting') return followPrimary(turn)
  if (phase === 'Finalising') return finalise(turn)
  // A pause leaves the pods as they are: somebody may be looking at them.
  if (!isRunning(phase)) return isPaused ? idle(turn, true) : rested(seen, idle(turn, false))
  const skip = seen.canary.skipAnalysis || taken.skip !== undefined
  return analyse(turn, { isPaused, skip })
}

/**
 * A skip that was asked for once is used up when a run ends, however it ends: what was meant for
 * this run must not promote the next one.
 */
function spent(seen: Observation, decision: Decision, { skip }: Taken): Decision {
  if (decision.kind === 'check' || !skip) return decision
  const result = endOf(decision.effects)
  if (result === undefined || result === 'Restarted') return decision
  const isPromoted = result === 'Succeeded' || result === 'Skipped'
  const message = isPromoted ? 'the run was promoted' : 'the run ended without a promotion'
  const reply = { request: skip, result: 'done', message } as const
  return { ...decision, effects: answered(seen, decision.effects, reply) }
}

/** How the run ended with these effects; undefined where it goes on. */
function endOf(effects: readonly Effect[]): RunResult | undefined {
  for (const effect of effects)
    if (effect.kind === 'status' && effect.change.history) return effect.change.history[0]?.result
  return undefined
}

function keepFinalizer({ canary }: Observation): Effect[] {
  const has = canary.metadata.finalizers?.includes(finalizer) ?? false
  if (has === canary.revertOnDeletion) return []
  return [{ kind: 'finalizer', present: canary.revertOnDeletion }]
}

/** Nothing is touched: traffic and pods stay as they are until the object says something sound. */
function invalid(seen: Observation): Decision {
  const told = seen.problems.map((problem) => report(seen, problem))
  const replies = refuseAll(seen, `the canary must be corrected first: ${seen.problems[0]}`)
  const answers = replies.length > 0 ? answer(seen, replies) : []
  return finish([...firstSight(seen), ...answers, ...told], {
    wakeAt: later(seen.now, seen.canary.analysis.intervalMs),
  })
}

function suspended(seen: Observation): Decision {
  const text = 'skipping canary run as object is suspended'
  return finish([...firstSight(seen), report(seen, text, 'Normal')])
}

/** Acknowledges pause and skip once, ends a pause whose time is up, and notes what was taken back. */
function standing(seen: Observation, { pause, skip }: Taken): Effect[] {
  const { paused } = runOf(seen)
  if (pause && isOver(seen, pause)) {
    const reply = { request: pause, result: 'done', message: 'its time is up' } as const
    return merged([status(run(seen, { paused: undefined })), ...answer(seen, [reply])])
  }
  if (pause && !isAcknowledged(seen, pause)) {
    const { by, reason, until } = pause
    const held = {
      since: stamp(seen.now),
      ...(by !== undefined && { by }),
      ...(reason !== undefined && { reason }),
      ...(until !== undefined && { until }),
    }
    const reply = { request: pause, result: 'accepted', message: 'paused' } as const
    return merged([status(run(seen, { paused: held })), ...answer(seen, [reply])])
  }
  if (!pause && paused) {
    const { pause: held, ...others } = seen.canary.status.requests ?? {}
    // The record of the run names who held it, also once it went on.
    const over = { ...held, result: 'done', message: 'resumed' } as const
    const requests = held ? { ...others, pause: over } : others
    const said = {
      kind: 'event',
      type: 'Normal',
      message: 'Resumed',
      phase: phaseOf(seen),
    } as const
    return [status({ ...run(seen, { paused: undefined }), requests }), said]
  }
  if (skip && !isAcknowledged(seen, skip))
    return answer(seen, [
      { request: skip, result: 'accepted', message: 'the next promotion is made without checks' },
    ])
  return skip ? [] : forgetSkip(seen)
}

/** A skip whose annotation went before a run used it up was taken back. */
function forgetSkip(seen: Observation): Effect[] {
  const { 'skip-analysis': skip, ...requests } = seen.canary.status.requests ?? {}
  if (skip?.result !== 'accepted') return []
  const message = 'The analysis is skipped no longer'
  const said = { kind: 'event', type: 'Normal', message, phase: phaseOf(seen) } as const
  return [status({ requests }), said]
}

function isOver({ now }: Observation, { until }: Request): boolean {
  return until !== undefined && Date.parse(until) <= now.getTime()
}

/** One status write in place of two. */
function merged(effects: Effect[]): Effect[] {
  const changes = effects.flatMap((effect) => (effect.kind === 'status' ? [effect.change] : []))
  const others = effects.filter(({ kind }) => kind !== 'status')
  return [status(Object.assign({}, ...changes)), ...others]
}
