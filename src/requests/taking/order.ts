/** What the effects of all verbs share: how an order that was carried out, or can't be, is answered. */
import type { Effect, Observation, Step } from '../../analysis/decision.ts'
import { retreat } from '../../analysis/effects/upkeep.ts'
import type { Order } from '../../analysis/turn.ts'
import { answered, type Reply } from './answers.ts'

/**
 * A rule for a verb that was ordered: a step, with the answer in the same status write. Where none
 * of a verb's rules answers, the step goes on as a promotion does.
 */
export interface OrderRule {
  name: string
  because: string
  apply(seen: Observation, order: Order): Step | undefined
}

/** The answer to an order that was carried out. */
export function done({ request }: Order, message: string): Reply {
  return { request, result: 'done', message }
}

/** The step with the answer in it; a question stays a question. */
export function settled<S extends Step>(seen: Observation, step: S, reply: Reply): S {
  if (step.kind === 'check') return step
  return { ...step, effects: answered(seen, step.effects, reply) }
}

/** It can't be done after all: nothing is, and the answer says why. */
export function refused(seen: Observation, { request }: Order, message: string): Step {
  return retreat(seen, answered(seen, [], { request, result: 'rejected', message }))
}

/** The order stays on the object until it can be carried out; what it waits for is answered once. */
export function postponed(
  seen: Observation,
  effects: Effect[],
  { order: { request }, why }: { order: Order; why: string },
): Effect[] {
  const known = seen.canary.status.requests?.[request.verb]
  if (known?.result === 'accepted' && known.id === request.id) return effects
  return answered(seen, effects, { request, result: 'accepted', message: `waiting: ${why}` })
}
