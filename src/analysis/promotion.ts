/** From the copy to the end: wait for the primary, move the traffic back, scale down. */
import type { Routes } from '../routers/router.ts'
import { alert, canaryName, normal, report, stamp, status, targetName, toPrimary } from './act.ts'
import { isMovedOn } from './change.ts'
import type { Decision, Observation } from './decision.ts'
import { ended } from './history.ts'
import { dueAt, isDue, nextTick } from './pacing.ts'
import { isScaledDown } from './pods.ts'
import { failPromotion } from './rollback.ts'
import { readRoutes, shift } from './routes.ts'
import { counters, phase, run } from './status.ts'
import { adapt } from './strategy.ts'
import type { Turn } from './turn.ts'
import { act, hold, scaleUpAgain } from './upkeep.ts'

/** Phase Promoting. The canary's own readiness does not matter any more: the copy is made. */
export function followPrimary({ seen }: Turn): Decision {
  const { primary } = seen.workload
  if (primary.state === 'failed') return failPromotion(seen, primary.why)
  if (primary.state !== 'ready') return awaitPrimary(seen, primary.why)
  if (seen.routes && 'unreadable' in seen.routes)
    return hold(seen, [report(seen, seen.routes.unreadable)])
  if (!seen.abilities.weights) return moved(seen)
  const { stepWeightPromotion: step } = seen.canary.analysis
  const now = readRoutes(seen) ?? toPrimary
  const isStepwise = step > 0 && adapt(seen).strategy !== 'ab-testing' && !isUnproven(seen)
  if (!isStepwise) return moved(seen, toPrimary, 'Routing all traffic to primary')
  if (now.canary === 0) return moved(seen)
  if (!isDue(seen)) return act(seen, [], { wakeAt: dueAt(seen) })
  const primaryWeight = Math.min(100, now.primary + step)
  const routes = { primary: primaryWeight, canary: 100 - primaryWeight, mirrored: false }
  return moved(seen, routes, `Advance ${canaryName(seen)} primary weight ${primaryWeight}`)
}

/** Meanwhile the canary keeps its share of the traffic, and needs its pods for it. */
function awaitPrimary(seen: Observation, why: string): Decision {
  const share = readRoutes(seen)?.canary ?? 0
  const told = report(seen, why)
  return share > 0 && isScaledDown(seen) ? scaleUpAgain(seen, [told]) : hold(seen, [told])
}

/** Whether the canary's pods are no longer those that passed: nobody should stay with them. */
function isUnproven(seen: Observation): boolean {
  return isMovedOn(seen) || isScaledDown(seen) || seen.workload.target.state === 'failed'
}

/** One move of the traffic back; the last one leads to Finalising. */
function moved(seen: Observation, routes?: Routes, text = ''): Decision {
  const next = nextTick(seen)
  const isLast = routes === undefined || routes.canary === 0
  const progress = run(seen, { weight: routes?.canary ?? 0, nextTickAt: stamp(next) })
  const change = isLast
    ? phase(seen, 'Finalising')
    : counters(seen, { weight: routes?.canary ?? 0 })
  return act(
    seen,
    [
      { kind: 'autoscaler', follow: 'all' },
      ...(routes ? shift(seen, routes) : []),
      status({ ...change, ...progress }),
      ...(routes ? [normal(seen, text)] : []),
    ],
    { wakeAt: next, paced: true },
  )
}

/** Phase Finalising: the canary goes once the traffic had an interval to leave it. */
export function finalise({ seen }: Turn): Decision {
  const { primary } = seen.workload
  if (primary.state === 'failed') return failPromotion(seen, primary.why)
  if (primary.state !== 'ready') return hold(seen, [report(seen, primary.why)])
  if (!isDue(seen)) return act(seen, [], { wakeAt: dueAt(seen) })
  // Users that the data plane still sends to the canary would find nobody there.
  if (seen.acceptance.state === 'pending') return hold(seen, [report(seen, seen.acceptance.why)])
  const reason = 'analysis completed'
  return act(seen, [
    ...shift(seen, toPrimary),
    { kind: 'hold-autoscaler', held: true },
    { kind: 'scale', to: 'zero' },
    status({ ...phase(seen, 'Succeeded'), ...ended(seen, { result: 'Succeeded', reason }) }),
    { kind: 'finished', result: 'completed' },
    { kind: 'call', type: 'post-rollout', phase: 'Succeeded', eventPhase: 'Succeeded' },
    normal(seen, `Promotion completed! Scaling down ${targetName(seen)}`, 'Succeeded'),
    alert('succeeded', 'Canary analysis completed successfully, promotion finished.'),
  ])
}
