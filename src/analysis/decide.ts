/** The step function: everything that is seen goes in, everything that is to be done comes out. */
import { isNew } from '../canary/phases.ts'
import { wayOf } from '../requests/promote/way.ts'
import { answer } from '../requests/taking/answers.ts'
import { orders } from '../requests/taking/orders.ts'
import { type Taken, takeRequests } from '../requests/taking/take.ts'
import type { Decision, Effect, Observation, Verdicts } from './decision.ts'
import { closed, phaseOf } from './effects/act.ts'
import { finish, firstSight } from './effects/upkeep.ts'
import { adoption } from './rules/adoption.ts'
import { door } from './rules/door.ts'
import { initializing } from './rules/initializing.ts'
import { rulesOf } from './rules/phases.ts'
import { firstOf, type Rule } from './rules/rule.ts'
import { wakeForLook } from './rules/run/looks.ts'
import { suspended } from './rules/suspended.ts'
import { targetIsGone } from './rules/target-is-gone.ts'
import { withoutTurn } from './rules/turns.ts'
import { withArrival } from './status/arrival.ts'
import { withFaults } from './status/faults.ts'
import { judged } from './status/judged.ts'
import { rested } from './status/rest.ts'
import { isOver, scheduled, spent, standing, wakeForRequests } from './status/standing.ts'
import { after } from './status/status.ts'
import { withWait } from './status/waits.ts'
import type { Turn } from './turn.ts'

/**
 * One step of a canary. When it needs an answer it returns that check; the caller runs it and
 * calls again with one more verdict, until there is something to do. Pure: equal input, equal
 * decision.
 */
export function decide(seen: Observation, verdicts: Verdicts): Decision {
  const turn: Turn = { ...asFound, seen, verdicts }
  const atDoor = firstOf(door, turn)
  if (atDoor) return atDoor
  const taken = takeRequests(seen)
  if (taken.replies.length > 0) return answeredFirst(seen, taken)
  const before = standing(seen, taken)
  const stands = [...before, ...scheduled(after(seen, before), taken)]
  const noted = [...stands, ...judged(after(seen, stands), verdicts)]
  const then = after(seen, noted)
  const decision = spent(then, decided(wanted({ ...turn, seen: then }, taken)), taken)
  const settled = withArrival(seen, withFirst(noted, withoutTurn(then, decision)))
  const whole = withFaults(seen, withWait(seen, settled))
  return wakeForRequests(seen, wakeForLook(seen, whole), taken)
}

/** A turn in which nobody wants anything, and nothing was told. */
const asFound = { preset: {}, isPaused: false, skip: false, before: [], results: [] }

/** The answers that need no action are written before anything else; then the next step goes on. */
function answeredFirst(seen: Observation, { replies }: Taken): Decision {
  const effects = [...firstSight(seen), ...answer(seen, replies)]
  return { ...finish(effects), rule: 'requestsAreAnswered' }
}

/** What people want of this step, from the requests that were read at the door. */
function wanted(turn: Turn, { order, pause, skip }: Taken): Turn {
  const { seen } = turn
  const isSkipped = seen.canary.skipAnalysis || skip !== undefined
  return {
    ...turn,
    order,
    isPaused: pause !== undefined && !isOver(seen, pause),
    skip: isSkipped,
    // Who wants no checks wants no way back by a hook either.
    preset: isSkipped ? { 'hooks:rollback': closed } : {},
  }
}

/** By the rules for every canary, and then by those of its phase. */
function decided(turn: Turn): Decision {
  const settled = firstOf(common(turn.seen), turn)
  if (settled) return settled
  const way = wayOf(turn)
  const decision = firstOf(rulesOf(turn.seen), way.turn)
  if (!decision) throw new Error(`no rule decides in phase ${phaseOf(turn.seen)}`)
  return rested(turn, way.settle(decision))
}

/** The rules before those of the phase; they always decide where they are the last ones. */
function common({ canary }: Observation): readonly Rule[] {
  if (canary.suspended) return [...targetIsGone, ...suspended]
  if (isNew(canary.status.phase ?? '')) return [...targetIsGone, ...initializing]
  return [...targetIsGone, ...adoption, ...orders]
}

/** What standing requests bring about is written together with the step that goes on from there. */
function withFirst(noted: Effect[], decision: Decision): Decision {
  if (decision.kind === 'check') return decision
  return { ...decision, effects: [...noted, ...decision.effects] }
}
