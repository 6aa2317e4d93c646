/** A canary without pods: to Kubernetes it is ready, to its users it is not. */
import type { Observation } from './decision.ts'

/** Whether the canary is at zero although the primary is not. */
export function hasNoPods({ workload: { atRest } }: Observation): boolean {
  return atRest?.target === true && !atRest.primary
}

/**
 * Whether a run can't go on for want of pods: somebody scaled the canary down, or a process died
 * in the middle of a rollback. An autoscaler may rightly have it at zero until requests come.
 */
export function isScaledDown({ workload, sizing }: Observation): boolean {
  return workload.atRest?.target === true && !sizing?.mayRest.target
}
