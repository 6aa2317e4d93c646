/** A step is measured once its route is in force: until then users are where they were before. */

import { stamp } from '../../stamp.ts'
import type { Effect, Observation, Step } from '../decision.ts'
import { changeRun, runOf } from '../status/status.ts'
import { alert, canaryName, later, report, warning, writeStatus } from './act.ts'
import { rollBack } from './rollback.ts'
import { act } from './upkeep.ts'

/**
 * What to do while the data plane has not taken over the route that was written; undefined once it
 * has. The wait has the deadline of the canary's pods, counted from when it was first seen, and
 * ends in a rollback. `before` are the events of this step so far.
 */
export function awaitRoute(seen: Observation, before: readonly Effect[]): Step | undefined {
  const { acceptance, canary, now, deadlineTime = now } = seen
  if (acceptance.state === 'accepted') return undefined
  const { routePendingSince, reason } = runOf(seen)
  const { why } = acceptance
  const since = routePendingSince === undefined ? now : new Date(routePendingSince)
  const deadline = later(since, canary.progressDeadlineSeconds * 1000)
  if (deadline <= deadlineTime) return notInForce(seen, before, why)
  const isNews = routePendingSince === undefined || reason !== why
  const noted = writeStatus(changeRun(seen, { routePendingSince: stamp(since), reason: why }))
  const again = later(now, canary.analysis.intervalMs)
  const wakeAt = deadline > now && deadline < again ? deadline : again
  return act(seen, [...(isNews ? [noted] : []), ...before, report(seen, why)], { wakeAt })
}

function notInForce(seen: Observation, before: readonly Effect[], why: string): Step {
  const seconds = seen.canary.progressDeadlineSeconds
  const reason = `the route was not in force after ${seconds}s: ${why}`
  return rollBack(seen, {
    reason,
    told: [
      ...before,
      warning(seen, `Rolling back ${canaryName(seen)} ${reason}`),
      alert('failed', `Rolling back, ${reason}`),
    ],
  })
}
