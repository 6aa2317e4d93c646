/** A run from its start: what retry and restart bring about. */

import type { Observation, Step } from '../../analysis/decision.ts'
import { phaseOf } from '../../analysis/effects/act.ts'
import { begin, restart } from '../../analysis/effects/begin.ts'
import { servesNobody } from '../../analysis/pods.ts'
import { isServedByCanary } from '../../analysis/routes.ts'
import type { Order } from '../../analysis/turn.ts'
import { isRunning } from '../../canary/phases.ts'
import { done, type OrderRule, refused, settled } from './order.ts'

/** The rule of a verb that starts a run again; each has a name of its own. */
export function startAgain(name: string): readonly OrderRule[] {
  return [{ name, because: 'a person asks for a run from its beginning', apply: again }]
}

/**
 * From the start: a run under way at weight zero, an idle canary as if its target had changed. Both
 * lead everybody to the primary, which must be able to serve them; at rest they are there already,
 * and where nobody answers them the run is what mends that.
 */
function again(seen: Observation, order: Order): Step {
  const { primary } = seen.workload
  const isOn = isRunning(phaseOf(seen))
  const isNeeded = isOn || isServedByCanary(seen) || !servesNobody(seen)
  if (primary.state !== 'ready' && isNeeded) return refused(seen, order, primary.why)
  const reply = done(order, 'the analysis starts from the beginning')
  return settled(seen, isOn ? restart(seen, 'order') : begin(seen, []), reply)
}
