/** When a DaemonSet counts as ready, and what users read while it does not. */
import type { DaemonSet } from '../pods/pod-template.ts'
import { needed, type ReadinessLimits } from '../readiness.ts'
import type { Readiness } from '../workload.ts'

const waiting = 'waiting for rollout to finish:'

/** Whether the status speaks of the present spec. */
export function isObserved({ metadata, status = {} }: DaemonSet): boolean {
  return (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
}

/**
 * The rollout state of a DaemonSet; `why` still lacks the name of the object. It keeps no time
 * itself, so the deadline counts from the last step of the run; where no run is on, none counts.
 */
export function daemonSetReadiness(of: DaemonSet, limits: ReadinessLimits): Readiness {
  const { deadlineMs, now, runMovedAt } = limits
  if (!isObserved(of)) return { state: 'waiting', why: unobserved, routine: true }
  const why = unfinished(of, limits.threshold)
  if (why === undefined) return { state: 'ready' }
  if (runMovedAt === undefined || !(runMovedAt.getTime() + deadlineMs < now.getTime()))
    return { state: 'waiting', why: `${waiting} ${why}`, routine: true }
  const deadline = `exceeded its progressDeadlineSeconds: ${deadlineMs / 1000}`
  return { state: 'failed', why: `${deadline} (${why})` }
}

/** What a DaemonSet waits for that was written a moment ago. */
export const unobserved = `${waiting} observed daemonset generation less than desired generation`

function unfinished({ status = {} }: DaemonSet, threshold: number): string | undefined {
  const { desiredNumberScheduled: desired = 0, updatedNumberScheduled: updated = 0 } = status
  if (updated < desired) return `${updated} out of ${desired} new pods have been updated`
  const { numberAvailable: available = 0 } = status
  const need = needed(desired, threshold)
  if (available >= need) return undefined
  return `${available} of ${need} (readyThreshold ${threshold}%) updated pods are available`
}
