/** Strategy blue/green: checks without live traffic, one switch, then promotion. */
import type { Routes } from '../../../routers/router.ts'
import type { Observation, Step } from '../../decision.ts'
import { toCanary, toPrimary } from '../../effects/act.ts'
import { iterate, mirrorShare, nextIteration, promote, switchOver } from '../../effects/advance.ts'
import { readRoutes, shift } from '../../routes.ts'
import { adapt } from '../../strategy.ts'
import type { Turn } from '../../turn.ts'
import type { Rule } from '../rule.ts'
import { canaryMustSoak, confirmPromotion, isEnough, judgeMustBeSure } from './gates.ts'

/** How a blue/green run moves on once its checks have passed. */
export const blueGreen: readonly Rule[] = [
  {
    name: 'promotedByOrder',
    because: 'a person asked for it, or opened the gate: everybody is switched in the same step',
    apply: promoteByOrder,
  },
  {
    name: 'iterationAdvances',
    because: 'not all checks are made',
    apply: advance,
  },
  judgeMustBeSure,
  canaryMustSoak,
  confirmPromotion,
  {
    name: 'trafficIsSwitched',
    because: 'the checks have passed: everybody goes to the canary, and it is checked once more',
    apply: (turn) => {
      const done = iterationsOf(turn.seen)
      const { iterations } = adapt(turn.seen)
      return isSwitched(turn.seen) && done > iterations ? undefined : switchOver(turn, done)
    },
  },
  {
    name: 'runIsPromoted',
    because: 'the check with everybody on the canary has passed',
    apply: (turn) => promote(turn),
  },
]

function promoteByOrder(turn: Turn): Step | undefined {
  const { seen, order } = turn
  if (!order || order.mode === 'step') return undefined
  const isMoved = isSwitched(seen) || !seen.abilities.weights
  return promote(turn, isMoved ? [] : shift(seen, toCanary))
}

function advance(turn: Turn): Step | undefined {
  const { seen } = turn
  const adapted = adapt(seen)
  const done = iterationsOf(seen)
  if (done >= adapted.iterations || isEnough(turn)) return undefined
  const { primary, canary } = routesNow(seen)
  const mirrored = adapted.mirror && canary === 0
  const routes = { primary, canary, mirrored, ...(mirrored && mirrorShare(turn, done)) }
  return iterate(turn, routes, nextIteration(turn, done))
}

function routesNow(seen: Observation): Routes {
  return readRoutes(seen) ?? toPrimary
}

function iterationsOf({ canary }: Observation): number {
  return canary.status.iterations ?? 0
}

/** Plain Kubernetes has no traffic to switch; there the counter tells. */
function isSwitched(seen: Observation): boolean {
  if (seen.abilities.weights) return routesNow(seen).canary === 100
  return iterationsOf(seen) > adapt(seen).iterations
}
