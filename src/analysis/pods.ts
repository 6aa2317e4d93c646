/** A canary without pods: to Kubernetes it is ready, to its users it is not. */
import type { Observation } from './decision.ts'

/** Whether the canary is at zero although the primary is not. */
export function hasNoPods({ workload }: Observation): boolean {
  return workload.targetReplicas === 0 && workload.primaryReplicas > 0
}

/**
 * Whether a run can't go on for want of pods: somebody scaled the canary down, or a process died
 * in the middle of a rollback. A ScaledObject may rightly have it at zero until requests come.
 */
export function isScaledDown(seen: Observation): boolean {
  return hasNoPods(seen) && seen.canary.spec.autoscalerRef?.kind !== 'ScaledObject'
}
