/** The ways back: everything on the primary, the canary at zero, and why. */
import type { RunResult } from '../../canary/api.gen.ts'
import { isFinishing, isRunning } from '../../canary/phases.ts'
import type { Effect, Observation, StatusChange, Step, Verdict } from '../decision.ts'
import { hasNoPods, wayBackIsShut } from '../pods.ts'
import { shift } from '../routes.ts'
import { ended } from '../status/history.ts'
import { copyNoted, sync } from '../status/status.ts'
import type { Turn } from '../turn.ts'
import {
  alert,
  allToCanary,
  canaryName,
  normal,
  notReady,
  phaseOf,
  report,
  targetName,
  told,
  toPrimary,
  warning,
  writeStatus,
} from './act.ts'
import { hold, retreat, scaleUpAgain } from './upkeep.ts'

export interface Cause {
  /** For history and status. */
  reason: string
  result?: RunResult
  by?: string | undefined
  /** The pods did not become ready in time. */
  isTooLate?: boolean
  /** Condition message, where the ordinary one would mislead. */
  message?: string
  /** Events and alerts that say why. */
  told: Effect[]
}

/** Ends a run without promotion. */
export function rollBack(seen: Observation, cause: Cause): Step {
  return retreat(seen, rollBackEffects(seen, cause))
}

/** The effects of a rollback, for who decides by himself when to look again. */
export function rollBackEffects(seen: Observation, cause: Cause): Effect[] {
  const { reason, result = 'Failed', by, message, isTooLate } = cause
  return [
    ...shift(seen, toPrimary),
    { kind: 'hold-autoscaler', held: true },
    { kind: 'scale', to: 'zero' },
    writeStatus({
      ...sync(seen, 'Failed', message === undefined ? {} : { message }),
      ...tried(seen),
      // Once the primary got the copy, no earlier version may pass for what it runs.
      ...(isFinishing(phaseOf(seen)) && copyNoted(seen)),
      ...ended(seen, { result, reason, by, isTooLate }),
    }),
    ...cause.told,
    warning(seen, `Canary failed! Scaling down ${canaryName(seen)}`, 'Failed'),
    { kind: 'finished', result: 'failed' },
    { kind: 'call', type: 'rollback', phase: 'Failed', eventPhase: phaseOf(seen) },
    { kind: 'call', type: 'post-rollout', phase: 'Failed', eventPhase: phaseOf(seen) },
  ]
}

/** What failed is what the run tried: a revision that came meanwhile has its own run to come. */
function tried(seen: Observation): StatusChange {
  if (!isRunning(phaseOf(seen))) return {}
  const { lastAppliedSpec, trackedConfigs } = seen.canary.status
  return { lastAppliedSpec, trackedConfigs }
}

/** The failed checks reached the threshold; `before` are the events of this step so far. */
export function thresholdReached(seen: Observation, before: readonly Effect[]): Step {
  const { status, analysis } = seen.canary
  const failed = status.failedChecks ?? 0
  const inRow = status.canaryAnalysis?.failedInRow ?? 0
  const [what, count] =
    failed >= analysis.threshold
      ? ['failed checks threshold reached', failed]
      : ['threshold of failed checks in a row reached', inRow]
  const reason = `${what} ${count}`
  return rollBack(seen, {
    reason,
    told: [
      ...before,
      warning(seen, `Rolling back ${canaryName(seen)} ${reason}`),
      alert('failed', `${reason.charAt(0).toUpperCase()}${reason.slice(1)}`),
    ],
  })
}

/** The judge is sure: there is no threshold to reach. */
export function judgedWorse({ seen, before }: Turn, verdict: Verdict): Step {
  const shut = wayBackIsShut(seen)
  if (shut !== undefined) return rollbackWaits(seen, shut)
  const why = verdict.why ?? 'the canary is worse'
  return rollBack(seen, {
    reason: `judge: ${why}`,
    told: [
      ...before,
      ...told(seen, verdict),
      warning(seen, `Rolling back ${canaryName(seen)} judge: ${why}`),
      alert('failed', `The judge rolled back: ${why}`),
    ],
  })
}

/** Nobody answers at the primary: the canary keeps what it has until somebody does. */
export function rollbackWaits(seen: Observation, shut: string): Step {
  const { primary } = seen.workload
  return hold(seen, [
    ...('why' in primary ? [notReady(seen, primary)] : []),
    report(seen, `The rollback of ${canaryName(seen)} waits: ${shut}`),
  ])
}

/** Target or primary is stuck beyond its deadline. */
export function deadlineExceeded(seen: Observation, why: string): Step {
  return rollBack(seen, {
    reason: why,
    isTooLate: true,
    told: [report(seen, why), alert('failed', `Progress deadline exceeded ${why}`)],
  })
}

/**
 * The primary is stuck with the new revision: the canary that passed its checks serves all. While
 * the canary's pods are not ready the traffic stays where it is; if they are stuck as well, it
 * goes to the canary too, because that is what the user's next revision heals first.
 */
export function failPromotion(seen: Observation, why: string): Step {
  if (seen.workload.target.state === 'waiting') return hold(seen, [report(seen, why)])
  if (hasNoPods(seen)) return scaleUpAgain(seen)
  const text = `primary not ready: ${why}`
  const message = 'Promotion failed, the primary is not ready and the canary keeps the traffic.'
  return retreat(seen, [
    ...shift(seen, allToCanary),
    // It serves everybody now, and scales as that needs.
    { kind: 'hold-autoscaler', held: false },
    writeStatus({
      ...ended(seen, { result: 'Failed', reason: `promotion failed, ${text}`, isTooLate: true }),
      ...sync(seen, 'Failed', { weight: 100, message }),
      ...tried(seen),
    }),
    report(seen, why),
    warning(seen, `Promotion of ${targetName(seen)} failed, ${text}`),
    alert('failed', `Promotion failed, ${text}`),
    { kind: 'finished', result: 'failed' },
    { kind: 'call', type: 'post-rollout', phase: 'Failed', eventPhase: phaseOf(seen) },
  ])
}

/** The target is back at what is promoted already: there is nothing left to analyse. */
export function abandon(seen: Observation): Step {
  const reason = 'target is back at the promoted revision'
  const message = `The ${reason}; the run was ended.`
  return retreat(seen, [
    ...shift(seen, toPrimary),
    { kind: 'hold-autoscaler', held: true },
    { kind: 'scale', to: 'zero' },
    writeStatus({
      ...sync(seen, 'Initialized', { message }),
      ...ended(seen, { result: 'Aborted', reason }),
    }),
    normal(seen, `Ending the analysis of ${targetName(seen)}: the ${reason}`),
    alert('ended', `Canary analysis ended: the ${reason}.`),
  ])
}
