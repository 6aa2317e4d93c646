/** The ReplicaSet controller: as many pods as were asked for. */
import { refOf } from '../../../objects.ts'
import { availability, isReady, type Pod, type ReplicaSet } from '../objects.ts'
import { createPod } from '../pods.ts'
import type { World } from '../world.ts'

/** One look at a ReplicaSet. */
export function syncReplicaSet(set: ReplicaSet, world: World): void {
  if (set.metadata.deletionTimestamp !== undefined) return
  const { store } = world
  const { replicas = 1, template } = set.spec
  const podsNow = () =>
    world.children
      .of<Pod>(set, 'Pod')
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const pods = podsNow()
  for (let count = pods.length; count < replicas; count++)
    createPod(set, template, { labels: { ...template.metadata?.labels }, world })
  for (const pod of leastUseful(pods).slice(0, Math.max(0, pods.length - replicas)))
    store.delete(refOf(pod))
  writeStatus(set, podsNow(), world)
}

/** Pods that serve nobody go first, then the youngest. */
function leastUseful(pods: readonly Pod[]): Pod[] {
  const born = ({ metadata }: Pod) => Date.parse(metadata.creationTimestamp ?? '')
  return [...pods].sort((a, b) => Number(isReady(a)) - Number(isReady(b)) || born(b) - born(a))
}

function writeStatus(set: ReplicaSet, pods: readonly Pod[], world: World): void {
  const { available, nextMs } = availability(pods, set.spec.minReadySeconds ?? 0, world.now())
  if (nextMs !== undefined) world.again(set, nextMs)
  const status = {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    fullyLabeledReplicas: pods.length,
    readyReplicas: pods.filter(isReady).length,
    availableReplicas: available,
  }
  if (JSON.stringify(status) === JSON.stringify(set.status)) return
  world.store.modify<ReplicaSet>(
    refOf(set),
    (draft) => {
      draft.status = status
    },
    { subresource: 'status' },
  )
}
