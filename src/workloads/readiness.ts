/** When a Deployment counts as ready, and what users read while it does not. */
import type { Deployment } from './pods/pod-template.ts'
import type { WorkloadCondition } from './shown.ts'
import type { Readiness } from './workload.ts'

export interface ReadinessLimits {
  /** Percentage of the updated pods that must be available. */
  threshold: number
  /** Time for which pods may be unavailable. */
  deadlineMs: number
  now: Date
  /** When the run last took a step; absent where no run is on. */
  runMovedAt?: Date | undefined
}

const waiting = 'waiting for rollout to finish:'

/** What a Deployment waits for that was written a moment ago. */
export const unobserved = `${waiting} observed deployment generation less than desired generation`

/** The rollout state of a Deployment; `why` still lacks the name of the object. */
export function deploymentReadiness(
  { metadata, spec, status = {} }: Deployment,
  { threshold, deadlineMs, now, runMovedAt }: ReadinessLimits,
): Readiness {
  const { observedGeneration = 0, conditions = [] } = status
  if ((metadata.generation ?? 0) > observedGeneration) return rollingOut(unobserved)

  const progressing = conditions.find(({ type }) => type === 'Progressing')
  if (progressing?.reason === 'ProgressDeadlineExceeded')
    return { state: 'failed', why: `deployment "${metadata.name}" exceeded its progress deadline` }

  const what = unfinished(status, spec.replicas, threshold)
  if (!what) return { state: 'ready' }
  // Kubernetes rolls nothing out until then, and no deadline passes.
  const remedy = `; it is paused: kubectl rollout resume deployment/${metadata.name}`
  const unmade = conditions.find(
    ({ type, status: is }) => type === 'ReplicaFailure' && is === 'True',
  )
  const available = conditions.find(({ type }) => type === 'Available')
  // A primary that was down before it got its copy has the whole time to come up with that.
  const waitsSince = Math.max(
    Date.parse(available?.lastUpdateTime ?? ''),
    runMovedAt?.getTime() || 0,
  )
  const isStuck =
    progressing !== undefined &&
    available?.status === 'False' &&
    available.reason === 'MinimumReplicasUnavailable' &&
    waitsSince + deadlineMs < now.getTime()
  const why = spec.paused ? `${what}${remedy}` : what
  if (isStuck) return { state: 'failed', why }
  // A quota, a policy, a service account that lacks: nothing that time alone would mend.
  if (unmade) return { state: 'waiting', why: `${why}; ${unmadeText(unmade)}` }
  return spec.paused ? { state: 'waiting', why } : rollingOut(why)
}

function unmadeText({ reason = 'ReplicaFailure', message = '' }: WorkloadCondition): string {
  return message === '' ? reason : `${reason}: ${message}`
}

function rollingOut(why: string): Readiness {
  return { state: 'waiting', why, routine: true }
}

function unfinished(
  status: NonNullable<Deployment['status']>,
  desired: number | undefined,
  threshold: number,
): string | undefined {
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status
  if (desired !== undefined && updatedReplicas < desired)
    return `${waiting} ${updatedReplicas} out of ${desired} new replicas have been updated`
  if (replicas > updatedReplicas)
    return `${waiting} ${replicas - updatedReplicas} old replicas are pending termination`
  const need = needed(updatedReplicas, threshold)
  if (availableReplicas < need)
    return (
      `${waiting} ${availableReplicas} of ${need} ` +
      `(readyThreshold ${threshold}%) updated replicas are available`
    )
  return undefined
}

/**
 * The state of a kind that keeps no time itself, of which `why` says what is missing: the deadline
 * counts from the last step of the run; where no run is on, none counts.
 */
export function withinDeadline(why: string | undefined, limits: ReadinessLimits): Readiness {
  if (why === undefined) return { state: 'ready' }
  if (!isPast(limits)) return rollingOut(`${waiting} ${why}`)
  const deadline = `exceeded its progressDeadlineSeconds: ${limits.deadlineMs / 1000}`
  return { state: 'failed', why: `${deadline} (${why})` }
}

/** Whether the last step of the run is longer ago than the deadline. */
export function isPast({ deadlineMs, now, runMovedAt }: ReadinessLimits): boolean {
  return runMovedAt !== undefined && runMovedAt.getTime() + deadlineMs < now.getTime()
}

/**
 * A percentage of the pods in 32-bit arithmetic, as Flagger does. It comes to none only where none
 * is asked for, by 0, not where a share of few pods is less than one.
 */
export function needed(updated: number, threshold: number): number {
  if (updated === 0 || threshold === 0) return 0
  return Math.max(1, Math.trunc(Math.fround(Math.fround(updated * threshold) / 100)))
}
