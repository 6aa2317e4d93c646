/** Strategy A/B testing: users that match see the canary for so many checks, then promotion. */

import type { Step } from '../../decision.ts'
import { toCanary } from '../../effects/act.ts'
import { iterate, nextIteration, promote } from '../../effects/advance.ts'
import { adapt } from '../../strategy.ts'
import type { Turn } from '../../turn.ts'
import type { Rule } from '../rule.ts'
import { canaryMustSoak, confirmPromotion, isEnough, judgeMustBeSure } from './gates.ts'

/** How an A/B test moves on once its checks have passed. */
export const byIterations: readonly Rule[] = [
  {
    name: 'promotedByOrder',
    because: 'a person asked for it, or opened the gate',
    apply: (turn) => (turn.order && turn.order.mode !== 'step' ? promote(turn) : undefined),
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
    name: 'runIsPromoted',
    because: 'all checks have passed',
    apply: (turn) => promote(turn),
  },
]

function advance(turn: Turn): Step | undefined {
  const { seen } = turn
  const done = Math.max(0, seen.canary.status.iterations ?? 0)
  if (done >= adapt(seen).iterations || isEnough(turn)) return undefined
  return iterate(turn, toCanary, nextIteration(turn, done))
}
