import { isMovedOn } from '../../analysis/change.ts'
import type { Observation, Step } from '../../analysis/decision.ts'
import { phaseOf } from '../../analysis/effects/act.ts'
import { act } from '../../analysis/effects/upkeep.ts'
import { isOverThreshold } from '../../analysis/pacing.ts'
import type { Order } from '../../analysis/turn.ts'
import { isRunning } from '../../canary/phases.ts'
import { answered } from '../taking/answers.ts'
import { done, type OrderRule, refused } from '../taking/order.ts'
import { liftedBy } from './way.ts'

export const rules: readonly OrderRule[] = [
  {
    name: 'promotionIsRefused',
    because: 'what a person wants to promote is going back anyway',
    apply: object,
  },
  {
    name: 'resumedByPerson',
    because: 'to promote what is paused, and waits at no gate, is to resume it',
    apply: resume,
  },
]

/** What is refused is answered, and the next step sees to why. */
function object(seen: Observation, order: Order): Step | undefined {
  const why = objection(seen)
  return why === undefined ? undefined : refused(seen, order, why)
}

function resume(seen: Observation, order: Order): Step | undefined {
  const lifted = liftedBy(seen, order)
  if (lifted.length === 0 || order.mode !== 'gate' || isGated(seen)) return undefined
  return act(seen, [...answered(seen, [], done(order, 'resumed')), ...lifted])
}

function isGated(seen: Observation): boolean {
  const gate = seen.canary.status.canaryAnalysis?.gate
  return phaseOf(seen) !== 'Progressing' || gate !== undefined
}

/** Why a run can't be promoted any more; the next step sees to it. */
function objection(seen: Observation): string | undefined {
  if (!isRunning(phaseOf(seen))) return undefined
  if (isMovedOn(seen)) return 'the target has changed since the run began'
  return isOverThreshold(seen) ? 'too many checks have failed' : undefined
}
