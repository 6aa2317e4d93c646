/** When a StatefulSet counts as ready, and what users read while it does not. */
import type { StatefulSet } from '../pods/pod-template.ts'
import { needed, type ReadinessLimits, withinDeadline } from '../readiness.ts'
import type { Readiness } from '../workload.ts'

/** What a StatefulSet waits for that was written a moment ago. */
export const unobserved =
  'waiting for rollout to finish: observed statefulset generation less than desired generation'

/** Whether the status speaks of the present spec. */
export function isObserved({ metadata, status = {} }: StatefulSet): boolean {
  return (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
}

/** The rollout state of a StatefulSet; `why` still lacks the name of the object. */
export function statefulSetReadiness(of: StatefulSet, limits: ReadinessLimits): Readiness {
  if (!isObserved(of)) return { state: 'waiting', why: unobserved, routine: true }
  return withinDeadline(unfinished(of, limits.threshold), limits)
}

function unfinished({ spec, status = {} }: StatefulSet, threshold: number): string | undefined {
  const { replicas = 0, updatedReplicas: updated = 0, availableReplicas = 0 } = status
  const { replicas: desired = 1 } = spec
  if (updated < desired) return `${updated} out of ${desired} new pods have been updated`
  if (replicas > desired) return `${replicas - desired} old pods are pending termination`
  const need = needed(desired, threshold)
  if (availableReplicas >= need) return undefined
  return `${availableReplicas} of ${need} (readyThreshold ${threshold}%) updated pods are available`
}
