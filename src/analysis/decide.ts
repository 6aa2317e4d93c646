/** The step function: everything that is seen goes in, everything that is to be done comes out. */
import { later, phaseOf, report, stamp, status, type Turn } from './act.ts'
import { bootstrap, firstSight, isNew } from './bootstrap.ts'
import type { Decision, Effect, Observation, Verdicts } from './decision.ts'
import { carryOut } from './orders.ts'
import { finalise, followPrimary } from './promotion.ts'
import { answer, isAcknowledged, type Taken, takeRequests } from './requests.ts'
import { isRunning } from './routes.ts'
import { analyse } from './run.ts'
import { idle } from './start.ts'
import { run, runOf } from './status.ts'
import { finalizer, terminate } from './terminate.ts'
import { finish } from './upkeep.ts'

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
  if (seen.problems.length > 0) return invalid(seen)

  const taken = takeRequests(seen)
  if (taken.replies.length > 0) return finish([...firstSight(seen), ...answer(seen, taken.replies)])
  const noted = standing(seen, taken)
  if (noted.length > 0) return finish([...firstSight(seen), ...noted])
  if (canary.suspended) return suspended(seen)
  return step(seen, verdicts, taken)
}

function step(seen: Observation, verdicts: Verdicts, taken: Taken): Decision {
  const { order } = taken
  const turn: Turn = { seen, verdicts, order }
  const isPaused = taken.pause !== undefined
  if (order && !(order.verb === 'reset' && isNew(seen))) return carryOut({ ...turn, order })
  if (isNew(seen)) return bootstrap(turn)
  const decision = byPhase(turn, taken, isPaused)
  return taken.skip ? spent(seen, decision, taken) : decision
}

function byPhase(turn: Turn, taken: Taken, isPaused: boolean): Decision {
  const { seen } = turn
  const phase = phaseOf(seen)
  if (phase === 'Promoting') return followPrimary(turn)
  if (phase === 'Finalising') return finalise(turn)
  if (!isRunning(phase)) return idle(turn, isPaused)
  const skip = seen.canary.skipAnalysis || taken.skip !== undefined
  return analyse(turn, { isPaused, skip })
}

/** A skip that was asked for once is used up when a run ends with it. */
function spent(seen: Observation, decision: Decision, { skip }: Taken): Decision {
  if (decision.kind === 'check' || !skip) return decision
  const isUsed = decision.effects.some(({ kind }) => kind === 'finished')
  if (!isUsed) return decision
  const reply = { request: skip, result: 'done', message: 'the run was promoted' } as const
  return { ...decision, effects: [...decision.effects, ...answer(seen, [reply])] }
}

function keepFinalizer({ canary }: Observation): Effect[] {
  const has = canary.metadata.finalizers?.includes(finalizer) ?? false
  if (has === canary.revertOnDeletion) return []
  return [{ kind: 'finalizer', present: canary.revertOnDeletion }]
}

/** Nothing is touched: traffic and pods stay as they are until the object says something sound. */
function invalid(seen: Observation): Decision {
  const told = seen.problems.map((problem) => report(seen, problem))
  return finish([...firstSight(seen), ...told], {
    wakeAt: later(seen.now, seen.canary.analysis.intervalMs),
  })
}

function suspended(seen: Observation): Decision {
  const text = 'skipping canary run as object is suspended'
  return finish([...firstSight(seen), report(seen, text, 'Normal')])
}

/** Acknowledges pause and skip once, ends a pause whose time is up, and notes a resume. */
function standing(seen: Observation, { pause, skip }: Taken): Effect[] {
  const { paused } = runOf(seen)
  if (pause?.until !== undefined && Date.parse(pause.until) <= seen.now.getTime()) {
    const reply = { request: pause, result: 'done', message: 'its time is up' } as const
    return [status(run(seen, { paused: undefined })), ...answer(seen, [reply])]
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
    const { pause: _, ...requests } = seen.canary.status.requests ?? {}
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
  return []
}

/** One status write in place of two. */
function merged(effects: Effect[]): Effect[] {
  const changes = effects.flatMap((effect) => (effect.kind === 'status' ? [effect.change] : []))
  const others = effects.filter(({ kind }) => kind !== 'status')
  return [status(Object.assign({}, ...changes)), ...others]
}
