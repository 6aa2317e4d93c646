/** The status of a Deployment: counts, whether it is available, and whether it makes progress. */
import { refOf } from '../../../objects.ts'
import type { Deployment, DeploymentStatus, ReplicaSet, WorkloadCondition } from '../objects.ts'
import type { World } from '../world.ts'
import { limitsOf } from './rollout.ts'

const defaultDeadlineSeconds = 600

interface Sets {
  /** Absent while a paused Deployment has a new template. */
  fresh: ReplicaSet | undefined
  old: readonly ReplicaSet[]
}

type Counts = Required<Omit<DeploymentStatus, 'conditions'>>

/** Writes the status where it changed, and looks again when a deadline may have passed. */
export function writeDeploymentStatus(deployment: Deployment, sets: Sets, world: World): void {
  const before = deployment.status ?? {}
  const counts = countsOf(deployment, sets)
  const { replicas: wanted = 1 } = deployment.spec
  const { replicas, updatedReplicas, availableReplicas } = counts
  const done = [replicas, updatedReplicas, availableReplicas].every((count) => count === wanted)
  const isProgress = Object.entries(counts).some(
    ([key, value]) => (before[key as keyof DeploymentStatus] ?? 0) !== value,
  )
  const conditions = conditionsOf(deployment, sets, { counts, done, isProgress }, world)
  const lateMs = done ? undefined : untilLate(deployment, conditions, world.now())
  if (lateMs !== undefined && lateMs > 0) world.again(deployment, lateMs)
  const same = JSON.stringify(conditions) === JSON.stringify(before.conditions)
  if (!isProgress && same) return
  world.store.modify<Deployment>(
    refOf(deployment),
    (draft) => {
      draft.status = { ...counts, conditions }
    },
    { subresource: 'status' },
  )
}

function countsOf(deployment: Deployment, { fresh, old }: Sets): Counts {
  const all = fresh ? [...old, fresh] : old
  const sum = (field: 'replicas' | 'readyReplicas' | 'availableReplicas') =>
    all.reduce((total, { status }) => total + (status?.[field] ?? 0), 0)
  const available = sum('availableReplicas')
  return {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: sum('replicas'),
    updatedReplicas: fresh?.status?.replicas ?? 0,
    readyReplicas: sum('readyReplicas'),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sum('replicas') - available),
  }
}

interface State {
  counts: Counts
  done: boolean
  isProgress: boolean
}

type Said = Pick<WorkloadCondition, 'status' | 'reason' | 'message'>

function conditionsOf(
  deployment: Deployment,
  { fresh }: Sets,
  state: State,
  { now }: World,
): WorkloadCondition[] {
  const at = `${now().toISOString().slice(0, 19)}Z`
  const { conditions = [] } = deployment.status ?? {}
  const make = (type: string, said: Said, isNews: boolean): WorkloadCondition => {
    const previous = conditions.find((one) => one.type === type)
    const same = previous?.status === said.status && previous.reason === said.reason
    if (previous && same && !isNews) return previous
    const kept = previous?.status === said.status ? previous.lastTransitionTime : at
    return { type, ...said, lastUpdateTime: at, lastTransitionTime: kept }
  }
  const previous = conditions.find(({ type }) => type === 'Progressing')
  const set = fresh ? `ReplicaSet "${fresh.metadata.name}"` : 'Deployment'
  return [
    make('Available', availableSaid(deployment, state.counts), false),
    make(
      'Progressing',
      progressSaid(deployment, state, { set, previous, now: now() }),
      state.isProgress,
    ),
  ]
}

function availableSaid({ spec }: Deployment, { availableReplicas }: Counts): Said {
  const { replicas = 1, strategy = {} } = spec
  const enough = availableReplicas >= replicas - limitsOf(strategy, replicas).unavailable
  return enough
    ? {
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      }
}

function progressSaid(
  deployment: Deployment,
  { done, isProgress }: State,
  of: { set: string; previous: WorkloadCondition | undefined; now: Date },
): Said {
  const { set, previous, now } = of
  if (deployment.spec.paused)
    return { status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' }
  if (done)
    return {
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `${set} has successfully progressed.`,
    }
  if (!isProgress && previous && untilLateAfter(deployment, previous, now) <= 0)
    return {
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `${set} has timed out progressing.`,
    }
  return { status: 'True', reason: 'ReplicaSetUpdated', message: `${set} is progressing.` }
}

/** Milliseconds until the deadline has passed; undefined when it has, or when there is none. */
function untilLate(
  deployment: Deployment,
  conditions: readonly WorkloadCondition[],
  now: Date,
): number | undefined {
  const progressing = conditions.find(({ type }) => type === 'Progressing')
  if (progressing?.status !== 'True') return undefined
  return Math.max(20, untilLateAfter(deployment, progressing, now))
}

/** A rollout that was complete has no deadline until the next one begins. */
function untilLateAfter(
  { spec }: Deployment,
  { reason, lastUpdateTime }: WorkloadCondition,
  now: Date,
): number {
  if (reason === 'ProgressDeadlineExceeded') return 0
  if (reason !== 'ReplicaSetUpdated') return Number.POSITIVE_INFINITY
  const seconds = spec.progressDeadlineSeconds ?? defaultDeadlineSeconds
  // Times are written in whole seconds: the deadline has passed in the one after.
  return Date.parse(lastUpdateTime) + (seconds + 1) * 1_000 - now.getTime()
}
