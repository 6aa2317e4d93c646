/** A canary whose target is gone, or can't be used: what is safe is done, the rest waits. */
import { alert, later, phaseOf, report } from './act.ts'
import { firstSight } from './bootstrap.ts'
import type { Decision, Observation } from './decision.ts'
import { rollBackEffects } from './rollback.ts'
import { isRunning, readRoutes } from './routes.ts'
import { finish } from './upkeep.ts'

/** The decision where there is no target to work with; undefined where there is one. */
export function withoutTarget(seen: Observation): Decision | undefined {
  const { target } = seen.workload
  if (target.state !== 'missing') return undefined
  const wakeAt = later(seen.now, seen.canary.analysis.intervalMs)
  if (!hasTraffic(seen)) return finish([...firstSight(seen), report(seen, target.why)], { wakeAt })
  // Its pods are gone: every request that still goes there fails.
  const reason = `the target is gone: ${target.why}`
  const told = [report(seen, target.why), alert('error', `Rolling back, ${reason}`)]
  return finish(rollBackEffects(seen, { reason, told, message: reason }), { wakeAt })
}

function hasTraffic(seen: Observation): boolean {
  const routes = readRoutes(seen)
  return isRunning(phaseOf(seen)) && routes !== undefined && (routes.canary > 0 || routes.mirrored)
}
