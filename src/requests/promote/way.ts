/** How an order to promote goes through the rules of its phase. */

import type { Decision, Effect, Observation, Verdicts } from '../../analysis/decision.ts'
import { closed, passed, phaseOf } from '../../analysis/effects/act.ts'
import { isScaledDown, servesNobody } from '../../analysis/pods.ts'
import type { Order, Turn } from '../../analysis/turn.ts'
import { done, postponed, settled } from '../taking/order.ts'

/** A promotion ends the pause, unless it is one of single steps. */
export function liftedBy({ requests }: Observation, { mode }: Order): Effect[] {
  const paused = requests.find(({ verb }) => verb === 'pause')
  const isLifted = paused && mode !== 'step' && mode !== 'weight'
  return isLifted ? [{ kind: 'clear-requests', annotations: [paused.annotation] }] : []
}

/** What a person's order has answered already: the ways back are shut, and all else has passed. */
const answeredByOrder: Verdicts = {
  'hooks:rollback': closed,
  'hooks:confirm-rollout': passed,
  'hooks:pre-rollout': passed,
  'hooks:rollout': passed,
  'hooks:confirm-traffic-increase': passed,
  'hooks:confirm-promotion': passed,
  metrics: passed,
}

/** A step on its way through the rules of its phase, and what its decision says of the order. */
export interface Way {
  turn: Turn
  settle(decision: Decision): Decision
}

/**
 * How a promotion goes through the rules of its phase: with every question answered. What is in
 * its way is seen to first, as without the order, and the order stays on the object until then.
 */
export function wayOf(turn: Turn): Way {
  const { seen, order } = turn
  if (!order) return { turn, settle: (decision) => decision }
  const lifted = liftedBy(seen, order)
  const ordered = { ...turn, isPaused: false, skip: false, preset: answeredByOrder }
  const why = obstacleTo(seen, order)
  if (why === undefined)
    return {
      turn: ordered,
      settle: (decision) =>
        and(settled(seen, decision, done(order, messages[order.mode] ?? 'done')), lifted),
    }
  const isWaiting = phaseOf(seen) === 'Waiting'
  return {
    turn: isWaiting ? ordered : { ...ordered, order: undefined, preset: {} },
    settle: (decision) => and(waiting(seen, decision, { order, why }), lifted),
  }
}

function and(decision: Decision, effects: readonly Effect[]): Decision {
  if (decision.kind === 'check') return decision
  return { ...decision, effects: [...decision.effects, ...effects] }
}

const messages: Readonly<Record<string, string>> = {
  gate: 'the gate is open',
  step: 'moved on',
  weight: 'moved to the weight',
  full: 'promotion without further checks',
}

/** What an order has to wait for. */
function obstacleTo(seen: Observation, order: Order): string | undefined {
  const { canary, workload, routes } = seen
  const { target, primary } = workload
  if (primary.state !== 'ready' && !servesNobody(seen)) return primary.why
  if (routes && 'unreadable' in routes) return routes.unreadable
  if (canary.status.phase === 'Waiting')
    return order.mode === 'full' ? 'the canary is being scaled up' : undefined
  if (target.state !== 'ready') return target.why
  return isScaledDown(seen) ? 'the canary is being scaled up' : undefined
}

function waiting(
  seen: Observation,
  decision: Decision,
  of: { order: Order; why: string },
): Decision {
  if (decision.kind === 'check') return decision
  return { ...decision, effects: postponed(seen, decision.effects, of) }
}
