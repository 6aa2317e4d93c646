/** Requests that stand on the object: a pause, and a skip of the analysis. */

import type { RunResult } from '../../canary/api.gen.ts'
import type { Request } from '../../requests/fields.ts'
import { answer, answered, isAcknowledged } from '../../requests/taking/answers.ts'
import { refuseAll, type Standing, standingOf, type Taken } from '../../requests/taking/take.ts'
import { stamp } from '../../stamp.ts'
import type { Decision, Effect, Glance, Observation } from '../decision.ts'
import { phaseOf, writeStatus } from '../effects/act.ts'
import { changeRun, runOf } from './status.ts'

/** Acknowledges pause and skip once, ends a pause whose time is up, and notes what was taken back. */
export function standing(seen: Glance, { pause, skip }: Standing): Effect[] {
  const { paused } = runOf(seen)
  if (pause && isOver(seen, pause)) {
    const reply = { request: pause, result: 'done', message: 'its time is up' } as const
    return merged([writeStatus(changeRun(seen, { paused: undefined })), ...answer(seen, [reply])])
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
    return merged([writeStatus(changeRun(seen, { paused: held })), ...answer(seen, [reply])])
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
    return [writeStatus({ ...changeRun(seen, { paused: undefined }), requests }), said]
  }
  if (skip && !isAcknowledged(seen, skip))
    return answer(seen, [
      { request: skip, result: 'accepted', message: 'the next promotion is made without checks' },
    ])
  return skip ? [] : forgetSkip(seen)
}

/**
 * What is done for people while something holds the canary that only an edit can mend: a pause and
 * a skip are noted, since they hold from now on, and all else is answered with the reason.
 */
export function whileHeld(seen: Glance, why: string): Effect[] {
  const replies = refuseAll(seen, why)
  return replies.length > 0 ? answer(seen, replies) : standing(seen, standingOf(seen))
}

/** A skip whose annotation went before a run used it up was taken back. */
function forgetSkip(seen: Glance): Effect[] {
  const { 'skip-analysis': skip, ...requests } = seen.canary.status.requests ?? {}
  if (skip?.result !== 'accepted') return []
  const message = 'The analysis is skipped no longer'
  const said = { kind: 'event', type: 'Normal', message, phase: phaseOf(seen) } as const
  return [writeStatus({ requests }), said]
}

/** Says once of each order for a later time that it waits. */
export function scheduled(seen: Glance, { ahead }: Standing): Effect[] {
  const fresh = ahead.filter((request) => !isAcknowledged(seen, request))
  if (fresh.length === 0) return []
  const replies = fresh.map((request) => {
    const message = `waiting: until ${request.from}`
    return { request, result: 'accepted', message } as const
  })
  return answer(seen, replies)
}

/** Whether the time of a pause is up. */
export function isOver({ now }: Pick<Glance, 'now'>, { until }: Request): boolean {
  return until !== undefined && Date.parse(until) <= now.getTime()
}

/** One status write in place of two. */
function merged(effects: Effect[]): Effect[] {
  const changes = effects.flatMap((effect) => (effect.kind === 'status' ? [effect.change] : []))
  const others = effects.filter(({ kind }) => kind !== 'status')
  return [writeStatus(Object.assign({}, ...changes)), ...others]
}

/** A pause ends, and an order for later begins, when its time has come, also if nothing else happens. */
export function wakeForRequests(
  { now }: Observation,
  decision: Decision,
  { pause, ahead }: Taken,
): Decision {
  const times = [pause?.until, ...ahead.map(({ from }) => from)].map((time) =>
    Date.parse(time ?? ''),
  )
  // One that is over is over: what ends it was decided above.
  const coming = times.filter((time) => time > now.getTime())
  if (decision.kind === 'check' || coming.length === 0) return decision
  const planned = decision.wakeAt === undefined ? [] : [decision.wakeAt.getTime()]
  return { ...decision, wakeAt: new Date(Math.min(...coming, ...planned)) }
}

/**
 * A skip that was asked for once is used up when a run ends, however it ends: what was meant for
 * this run must not promote the next one.
 */
export function spent(seen: Observation, decision: Decision, { skip, order }: Taken): Decision {
  // A reset answers it itself, unless there is no target to reset.
  const isReset = order?.verb === 'reset' && seen.workload.target.state !== 'missing'
  if (decision.kind === 'check' || !skip || isReset) return decision
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
