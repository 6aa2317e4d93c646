/** A canary whose target is gone, or can't be used: what is safe is done, the rest waits. */
import { isRunning } from '../canary/phases.ts'
import { answered } from '../requests/answers.ts'
import { abortEffects, done } from '../requests/orders.ts'
import { alert, later, phaseOf, report } from './act.ts'
import { firstSight, isNew } from './bootstrap.ts'
import type { Decision, Effect, Observation } from './decision.ts'
import { rollBackEffects } from './rollback.ts'
import { readRoutes } from './routes.ts'
import type { Order } from './turn.ts'
import { finish } from './upkeep.ts'

/** The decision where there is no target to work with; undefined where there is one. */
export function withoutTarget(seen: Observation, order: Order | undefined): Decision | undefined {
  const { target } = seen.workload
  if (target.state !== 'missing') return undefined
  const wakeAt = later(seen.now, seen.canary.analysis.intervalMs)
  if (order?.verb === 'abort') {
    const reply = done(order, 'the canary is rolled back')
    return finish(answered(seen, abortEffects(seen, order), reply), { wakeAt })
  }
  if (hasTraffic(seen)) return finish(takenBack(seen, target.why), { wakeAt })
  const told = [...firstSight(seen), report(seen, target.why)]
  // Before the first initialization a reset may wait: the target is still to come.
  if (!order || isNew(seen)) return finish(told, { wakeAt })
  const { request } = order
  const reply = {
    request,
    result: 'rejected',
    message: `there is no target: ${target.why}`,
  } as const
  return finish(answered(seen, told, reply), { wakeAt })
}

/** Its pods are gone: every request that still goes there fails. */
function takenBack(seen: Observation, why: string): Effect[] {
  const reason = `the target is gone: ${why}`
  const told = [report(seen, why), alert('failed', `Rolling back, ${reason}`)]
  return rollBackEffects(seen, { reason, told, message: reason })
}

function hasTraffic(seen: Observation): boolean {
  const routes = readRoutes(seen)
  return isRunning(phaseOf(seen)) && routes !== undefined && (routes.canary > 0 || routes.mirrored)
}
