/** How a run begins: the canary is scaled up, and the status of the run starts from nothing. */

import type { Routes } from '../../routers/router.ts'
import { stamp } from '../../stamp.ts'
import { nextRunId } from '../change.ts'
import type { Effect, Observation, Step } from '../decision.ts'
import { nextTick } from '../pacing.ts'
import { keepsUsersForNext } from '../pods.ts'
import { isServedByCanary, readRoutes, shift } from '../routes.ts'
import { ended, imageChanges } from '../status/history.ts'
import { runOf, sync } from '../status/status.ts'
import { adapt } from '../strategy.ts'
import { alert, later, normal, targetName, toPrimary, writeStatus } from './act.ts'
import { act, retreat } from './upkeep.ts'

/** Scales the canary up; from the status write on the run is on. */
export function begin(seen: Observation, before: readonly Effect[]): Step {
  return act(
    seen,
    [
      // After a failed promotion that healed, the canary has all: a run starts with none.
      ...(isServedByCanary(seen) ? shift(seen, toPrimary) : []),
      { kind: 'hold-autoscaler', held: false },
      { kind: 'scale', to: 'full' },
      writeStatus({ ...sync(seen, 'Progressing'), ...freshRun(seen) }),
      ...before,
      normal(seen, `New revision detected! Scaling up ${targetName(seen)}`, 'Progressing'),
      alert('started', 'New revision detected, progressing canary analysis.', { fields: true }),
    ],
    { wakeAt: later(seen.now, seen.canary.analysis.intervalMs) },
  )
}

/** The state of a new run. */
export function freshRun(seen: Observation, weight = 0) {
  const { paused } = runOf(seen)
  const { count } = seen.canary.status.askedReplicas ?? {}
  return {
    // What was said of the target at rest is over; after the run it is news again.
    ...(count !== undefined && { askedReplicas: { count } }),
    canaryAnalysis: {
      runId: nextRunId(seen),
      revision: seen.workload.revision,
      startedAt: stamp(seen.now),
      strategy: adapt(seen).strategy,
      weight,
      mirrored: false,
      step: 0,
      ...(paused && { paused }),
      images: imageChanges(seen),
      checks: [],
    },
  }
}

const restarts = {
  revision: { reason: 'a new revision was detected', said: 'New revision detected!' },
  order: { reason: 'a restart was requested', said: 'Restart requested!' },
  strategy: { reason: 'the strategy was changed', said: 'Strategy changed!' },
}

/**
 * Another revision or configuration, an order, another strategy: back to nothing, and anew. Where
 * nobody serves at the primary, users of the canary stay there: its pods have the new revision
 * whatever is decided here.
 */
export function restart(seen: Observation, cause: keyof typeof restarts): Step {
  const { reason, said } = restarts[cause]
  const restarted = ended(seen, { result: 'Restarted', reason })
  const kept = keepsUsersForNext(seen) ? readRoutes(seen) : undefined
  const synced = sync(seen, 'Progressing', kept && { weight: seen.canary.status.canaryWeight ?? 0 })
  return retreat(
    seen,
    [
      ...(kept ? [] : shift(seen, toPrimary)),
      ...(cause === 'revision' && !kept ? freshPods(seen) : []),
      writeStatus({ ...synced, ...restarted, ...(kept ? keptRun(seen, kept) : freshRun(seen)) }),
      normal(seen, `${said} Restarting analysis for ${targetName(seen)}`),
    ],
    { wakeAt: later(seen.now, seen.canary.analysis.intervalMs) },
  )
}

/** What is measured first must come from the new revision, and its first weight is the one it has. */
function keptRun(seen: Observation, { canary: weight }: Routes) {
  const { canaryAnalysis, ...rest } = freshRun(seen, weight)
  const kept = {
    keptWeight: weight,
    step: canaryAnalysis.strategy === 'canary' ? 1 : 0,
    nextTickAt: stamp(nextTick(seen)),
  }
  return { ...rest, canaryAnalysis: { ...canaryAnalysis, ...kept } }
}

/**
 * With the same revision the pods stay, and with them the configuration that they read when they
 * started: they go, and come back by the next step, while the traffic is on the primary.
 */
function freshPods({ canary, workload }: Observation): Effect[] {
  const hasSamePods = workload.revision === canary.status.lastAppliedSpec
  return hasSamePods ? [{ kind: 'scale', to: 'zero' }] : []
}
