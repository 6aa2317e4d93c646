/** The Deployment controller: one ReplicaSet a template, pods rolled from old to new. */
import { createHash } from 'node:crypto'
import { refOf } from '../../objects.ts'
import {
  controllerOf,
  type Deployment,
  type DeploymentStatus,
  isControlledBy,
  isReady,
  kindOf,
  type Pod,
  type ReplicaSet,
  type WorkloadCondition,
} from './objects.ts'
import { createPod } from './pods.ts'
import type { World } from './workloads.ts'

const hashLabel = 'pod-template-hash'
const defaultDeadlineSeconds = 600

/** One look at a Deployment; every change that it makes leads to the next look. */
export function syncDeployment(deployment: Deployment, world: World): void {
  if (deployment.metadata.deletionTimestamp !== undefined) return
  const { store } = world
  const current = ensureReplicaSet(deployment, world)
  const { namespace = '' } = deployment.metadata
  const sets = store
    .list<ReplicaSet>(kindOf.replicaSet, { namespace })
    .filter((set) => isControlledBy(set, deployment))
  const pods = store
    .list<Pod>(kindOf.pod, { namespace })
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const podsOf = (set: ReplicaSet) => pods.filter((pod) => isControlledBy(pod, set))
  const fresh = podsOf(current)
  const old = sets.filter(({ metadata }) => metadata.uid !== current.metadata.uid).flatMap(podsOf)
  const wanted = deployment.spec.replicas ?? 1

  for (let count = fresh.length; count < wanted; count++)
    createPod(current, current.spec.template, {
      labels: { ...current.spec.template.metadata?.labels },
      world,
    })
  for (const pod of leastReady(fresh).slice(0, Math.max(0, fresh.length - wanted)))
    store.delete(refOf(pod))
  // Old pods serve until as many new ones are ready; with nothing wanted none stays.
  const keep = wanted === 0 ? 0 : Math.max(0, wanted - fresh.filter(isReady).length)
  for (const pod of leastReady(old).slice(0, Math.max(0, old.length - keep)))
    store.delete(refOf(pod))
  for (const set of sets) writeSetStatus(set, podsOf(set), world)
  writeStatus(deployment, { fresh, old, wanted }, world)
}

function ensureReplicaSet(deployment: Deployment, { store }: World): ReplicaSet {
  const { template } = deployment.spec
  const { name, namespace = '' } = deployment.metadata
  const hash = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 10)
  const ref = { ...kindOf.replicaSet, namespace, name: `${name}-${hash}` }
  const found = store.get<ReplicaSet>(ref)
  if (found) return found
  const labels = { ...template.metadata?.labels, [hashLabel]: hash }
  return store.create<ReplicaSet>({
    ...kindOf.replicaSet,
    metadata: {
      name: ref.name,
      namespace,
      labels,
      ownerReferences: [controllerOf(deployment)],
    },
    spec: {
      replicas: deployment.spec.replicas ?? 1,
      selector: { matchLabels: { ...deployment.spec.selector.matchLabels, [hashLabel]: hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  })
}

/** Pods that serve nobody go first. */
function leastReady(pods: readonly Pod[]): Pod[] {
  return [...pods].sort((a, b) => Number(isReady(a)) - Number(isReady(b)))
}

function writeSetStatus(set: ReplicaSet, pods: readonly Pod[], { store }: World): void {
  const ready = pods.filter(isReady).length
  if (set.status?.replicas === pods.length && (set.status.readyReplicas ?? 0) === ready) return
  store.modify<ReplicaSet>(
    refOf(set),
    (draft) => {
      draft.status = { replicas: pods.length, readyReplicas: ready, availableReplicas: ready }
    },
    { subresource: 'status' },
  )
}

interface Counts {
  fresh: readonly Pod[]
  old: readonly Pod[]
  wanted: number
}

function writeStatus(deployment: Deployment, { fresh, old, wanted }: Counts, world: World): void {
  const available = [...fresh, ...old].filter(isReady).length
  const done = fresh.length === wanted && old.length === 0 && available === wanted
  const before = deployment.status ?? {}
  const counts = {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: fresh.length + old.length,
    updatedReplicas: fresh.length,
    readyReplicas: available,
    availableReplicas: available,
    unavailableReplicas: Math.max(0, wanted - available),
  }
  const isProgress = Object.entries(counts).some(
    ([key, value]) => (before[key as keyof DeploymentStatus] ?? 0) !== value,
  )
  const state = { available: available >= wanted, done, isProgress }
  const conditions = conditionsOf(deployment, state, world)
  const changed = JSON.stringify(conditions) !== JSON.stringify(before.conditions)
  if (!done) world.again(deployment, 500)
  if (!isProgress && !changed) return
  world.store.modify<Deployment>(
    refOf(deployment),
    (draft) => {
      draft.status = { ...counts, conditions }
    },
    { subresource: 'status' },
  )
}

function conditionsOf(
  deployment: Deployment,
  state: { available: boolean; done: boolean; isProgress: boolean },
  { now }: World,
): WorkloadCondition[] {
  const { name } = deployment.metadata
  const before = (type: string) => deployment.status?.conditions?.find((is) => is.type === type)
  const at = now()
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
  const make = (next: Omit<WorkloadCondition, 'lastUpdateTime' | 'lastTransitionTime'>) => {
    const previous = before(next.type)
    const same = previous?.status === next.status && previous.reason === next.reason
    if (same && !(next.type === 'Progressing' && state.isProgress)) return previous
    const kept = previous?.status === next.status ? previous.lastTransitionTime : at
    return { ...next, lastUpdateTime: at, lastTransitionTime: kept }
  }
  const isLate =
    !state.done && !state.isProgress && isOverdue(deployment, before('Progressing'), now())
  const available = state.available
    ? { status: 'True', reason: 'MinimumReplicasAvailable' }
    : { status: 'False', reason: 'MinimumReplicasUnavailable' }
  const progress = progressOf(state.done, isLate)
  return [
    make({ type: 'Available', ...available, message: '' } as WorkloadCondition),
    make({
      type: 'Progressing',
      ...progress,
      message: `Deployment "${name}"`,
    } as WorkloadCondition),
  ]
}

function progressOf(done: boolean, isLate: boolean) {
  if (done) return { status: 'True', reason: 'NewReplicaSetAvailable' }
  if (isLate) return { status: 'False', reason: 'ProgressDeadlineExceeded' }
  return { status: 'True', reason: 'ReplicaSetUpdated' }
}

function isOverdue(
  { spec }: Deployment,
  progressing: WorkloadCondition | undefined,
  now: Date,
): boolean {
  if (!progressing || progressing.reason === 'NewReplicaSetAvailable') return false
  const seconds = spec.progressDeadlineSeconds ?? defaultDeadlineSeconds
  return now.getTime() > Date.parse(progressing.lastUpdateTime) + seconds * 1_000
}
