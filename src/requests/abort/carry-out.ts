import type { Effect, Observation, Step } from '../../analysis/decision.ts'
import { alert, canaryName, later, phaseOf, report, warning } from '../../analysis/effects/act.ts'
import { rollBackEffects } from '../../analysis/effects/rollback.ts'
import { isSkipCopied } from '../../analysis/effects/skip.ts'
import { retreat } from '../../analysis/effects/upkeep.ts'
import { wayBackIsShut } from '../../analysis/pods.ts'
import type { Order } from '../../analysis/turn.ts'
import { isRunning } from '../../canary/phases.ts'
import { sentence } from '../fit.ts'
import { done, type OrderRule, postponed, refused, settled } from '../taking/order.ts'
import { promotionHasBegun } from './index.ts'

export const rules: readonly OrderRule[] = [
  {
    name: 'wayBackIsAwaited',
    because:
      'a primary without a pod that is ready serves nobody: until it has one, the canary keeps what it has',
    apply: awaitWayBack,
  },
  {
    name: 'abortedByPerson',
    because: 'a person takes the traffic back',
    apply: abort,
  },
]

const noWayBack = 'there is no primary to go back to; reset makes a new one of the target as it is'

/** The order stays on the object; whoever knows better says `force`. */
function awaitWayBack(seen: Observation, order: Order): Step | undefined {
  const why = wayBackIsShut(seen)
  if (why === undefined || order.request.force) return undefined
  const wakeAt = later(seen.now, seen.canary.analysis.intervalMs)
  const said = report(seen, `The abort of ${canaryName(seen)} waits: ${why}`)
  return retreat(seen, postponed(seen, [said], { order, why }), { wakeAt })
}

function abort(seen: Observation, order: Order): Step {
  if (seen.workload.primary.state === 'missing') return refused(seen, order, noWayBack)
  if (isSkipping(seen) && isSkipCopied(seen))
    return refused(seen, order, sentence(promotionHasBegun))
  const undone = retreat(seen, abortEffects(seen, order))
  return settled(seen, undone, done(order, 'the canary is rolled back'))
}

/** The rollback of a run that somebody aborts. */
export function abortEffects(seen: Observation, { request }: Order): Effect[] {
  const by = request.by ?? 'request'
  const reason = request.reason === undefined ? '' : `: ${request.reason}`
  const text = `aborted by ${by}${reason}`
  return rollBackEffects(seen, {
    reason: text,
    result: 'Aborted',
    by: request.by,
    message: text,
    told: [
      warning(seen, `Rolling back ${canaryName(seen)} ${text}`),
      alert('failed', `Canary ${text}`),
    ],
  })
}

/** Without analysis the copy is made in the phase of the analysis. */
function isSkipping(seen: Observation): boolean {
  const { canary, requests } = seen
  if (!isRunning(phaseOf(seen))) return false
  return canary.skipAnalysis || requests.some(({ verb }) => verb === 'skip-analysis')
}
