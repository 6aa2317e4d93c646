/** When a DaemonSet counts as ready, and what users read while it does not. */
import type { DaemonSet } from '../pods/pod-template.ts'
import { needed, type ReadinessLimits, withinDeadline } from '../readiness.ts'
import type { Readiness } from '../workload.ts'

/** Whether the status speaks of the present spec. */
export function isObserved({ metadata, status = {} }: DaemonSet): boolean {
  return (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
}

/** The rollout state of a DaemonSet; `why` still lacks the name of the object. */
export function daemonSetReadiness(of: DaemonSet, limits: ReadinessLimits): Readiness {
  if (!isObserved(of)) return { state: 'waiting', why: unobserved, routine: true }
  return withinDeadline(unfinished(of, limits.threshold), limits)
}

/** What a DaemonSet waits for that was written a moment ago. */
export const unobserved =
  'waiting for rollout to finish: observed daemonset generation less than desired generation'

function unfinished({ status = {} }: DaemonSet, threshold: number): string | undefined {
  const { desiredNumberScheduled: desired = 0, updatedNumberScheduled: updated = 0 } = status
  if (updated < desired) return `${updated} out of ${desired} new pods have been updated`
  const { numberAvailable: available = 0 } = status
  const need = needed(desired, threshold)
  if (available >= need) return undefined
  return `${available} of ${need} (readyThreshold ${threshold}%) updated pods are available`
}
