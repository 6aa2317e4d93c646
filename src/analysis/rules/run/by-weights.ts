/** Strategy canary: step by step to the last weight, then promotion. */
import { type Routes, splitAt } from '../../../routers/router.ts'
import type { Observation, Step } from '../../decision.ts'
import { canaryName, phaseOf, toPrimary, warning } from '../../effects/act.ts'
import { iterate, mirrorShare, moveTo, promote, stay } from '../../effects/advance.ts'
import { countedWeight, readRoutes } from '../../routes.ts'
import { runOf } from '../../status/status.ts'
import { adapt } from '../../strategy.ts'
import type { Turn } from '../../turn.ts'
import { lastWeight, nextWeight, weightSteps } from '../../weights.ts'
import { type Noted, noted, type Rule } from '../rule.ts'
import {
  canaryMustSoak,
  confirmPromotion,
  confirmTrafficIncrease,
  isEnough,
  judgeMustBeSure,
} from './gates.ts'

/** How a weighted run moves on once its checks have passed. */
export const byWeights: readonly Rule[] = [
  {
    name: 'promotedByOrder',
    because: 'a person asked for all of it, or opened the gate of the promotion',
    apply: promoteByOrder,
  },
  confirmTrafficIncrease,
  {
    name: 'weightSetByHand',
    because: 'a weight to which no check led is told, and counts for no step',
    yields: true,
    apply: tellRaised,
  },
  {
    name: 'keptWeightStays',
    because:
      'a run that began with the users of the one before makes as many checks as its steps up to there have',
    apply: makeUp,
  },
  {
    name: 'mirroringBegins',
    because: 'requests are copied to the canary before it answers any',
    apply: mirror,
  },
  {
    name: 'weightAdvances',
    because: 'the checks have passed at this weight, and there is a larger one',
    apply: advance,
  },
  {
    name: 'lastWeightStays',
    because: '`iterations` beside weights: the last weight stays until all checks are made',
    yields: true,
    apply: countIteration,
  },
  judgeMustBeSure,
  canaryMustSoak,
  confirmPromotion,
  {
    name: 'runIsPromoted',
    because: 'the last weight has passed its checks',
    apply: (turn) => promote(turn),
  },
]

function promoteByOrder(turn: Turn): Step | undefined {
  const { mode } = turn.order ?? {}
  const isWaiting = phaseOf(turn.seen) === 'WaitingPromotion'
  return mode === 'full' || (mode === 'gate' && isWaiting) ? promote(turn) : undefined
}

/** The weight from which the run goes on: a person who orders a step means what is in force. */
function weightOf({ seen, order }: Turn): number {
  const now = routesNow(seen)
  return order ? now.canary : countedWeight(seen, now)
}

function tellRaised(turn: Turn): Noted | undefined {
  const { seen } = turn
  const found = routesNow(seen).canary
  const weight = weightOf(turn)
  if (found <= weight) return undefined
  const who = seen.routesWriter ?? 'somebody else'
  const text = `${canaryName(seen)} had weight ${found}, to which no check led: ${who} set it`
  return noted([warning(seen, `${text}; the run goes on from ${weight}`)])
}

function makeUp(turn: Turn): Step | undefined {
  const { seen, order } = turn
  const { keptWeight, step = 0 } = runOf(seen)
  if (keptWeight === undefined || order || isEnough(turn)) return undefined
  const upTo = weightSteps(seen.canary.analysis).filter((weight) => weight <= keptWeight)
  const checks = upTo.length + (adapt(seen).mirror ? 1 : 0)
  return step < checks ? stay(turn, step + 1) : undefined
}

function routesNow(seen: Observation): Routes {
  return readRoutes(seen) ?? toPrimary
}

function mirror(turn: Turn): Step | undefined {
  const { seen, order } = turn
  const isDone = weightOf(turn) > 0 || routesNow(seen).mirrored || order?.mode === 'weight'
  if (isDone || !adapt(seen).mirror) return undefined
  return moveTo(turn, { primary: 100, canary: 0, mirrored: true, ...mirrorShare(turn, 0) })
}

function advance(turn: Turn): Step | undefined {
  const { analysis } = turn.seen.canary
  const now = weightOf(turn)
  const next = orderedWeight(turn, now) ?? nextWeight(analysis, now)
  if (next === undefined || now >= lastWeight(analysis)) return undefined
  // Copies of requests are no users.
  if (now > 0 && isEnough(turn)) return undefined
  return moveTo(turn, splitAt(next))
}

/** Where a person sent the weight, by steps or in percent. */
function orderedWeight({ order, seen }: Turn, weight: number): number | undefined {
  if (order?.mode === 'weight') return order.request.weight
  if (order?.mode !== 'step') return undefined
  const { steps = 1 } = order.request
  let to = weight
  for (let step = 0; step < steps; step++) {
    const next = nextWeight(seen.canary.analysis, to)
    if (next === undefined) return step === 0 ? undefined : to
    to = next
  }
  return to
}

function countIteration(turn: Turn): Step | undefined {
  const { seen } = turn
  const { iterations: of } = seen.canary.analysis
  const { iterations: done = 0 } = seen.canary.status
  if (of <= done || phaseOf(seen) === 'WaitingPromotion' || isEnough(turn)) return undefined
  return iterate(turn, routesNow(seen), { iterations: done + 1, of })
}
