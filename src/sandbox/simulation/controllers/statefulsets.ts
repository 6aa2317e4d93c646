/**
 * The StatefulSet controller: pods with names of their own, started and replaced one after the
 * other. Claims are not simulated: no pod here has a disk.
 */
import { createHash } from 'node:crypto'
import { refOf } from '../../../objects.ts'
import { availability, isReady, type Pod, type StatefulSet } from '../objects.ts'
import { createPod } from '../pods.ts'
import type { World } from '../world.ts'

const hashLabel = 'controller-revision-hash'

/** One look at a StatefulSet; every change that it makes leads to the next look. */
export function syncStatefulSet(set: StatefulSet, world: World): void {
  if (set.metadata.deletionTimestamp !== undefined) return
  const revision = revisionOf(set)
  move(set, revision, world)
  writeStatus(set, revision, world)
}

/** The next step: a pod more, a pod less, or an old one gone, which the next look replaces. */
function move(set: StatefulSet, revision: string, world: World): void {
  const { podManagementPolicy, updateStrategy = {} } = set.spec
  const isOrdered = podManagementPolicy !== 'Parallel'
  const pods = new Map(podsOf(set, world).map((pod) => [pod.metadata.name, pod]))
  const names = namesOf(set)
  for (const name of names) {
    const pod = pods.get(name)
    if (!pod) create(set, { name, revision }, world)
    // Whoever is not ready holds up all that come after, and the update.
    if (isOrdered && !(pod && isReady(pod))) return
  }
  const excess = [...pods.values()].filter(({ metadata }) => !names.includes(metadata.name))
  const leaving = isOrdered ? excess.slice(-1) : excess
  for (const pod of leaving) world.store.delete(refOf(pod))
  if (excess.length > 0 || updateStrategy.type === 'OnDelete') return
  const { partition = 0 } = updateStrategy.rollingUpdate ?? {}
  for (const name of names.slice(partition).reverse()) {
    const pod = pods.get(name)
    if (!pod) return
    if (!isOf(pod, revision)) return void world.store.delete(refOf(pod))
    if (!isReady(pod)) return
  }
}

function namesOf({ metadata, spec }: StatefulSet): string[] {
  const { replicas = 1, ordinals: { start = 0 } = {} } = spec
  return Array.from({ length: replicas }, (_, at) => `${metadata.name}-${start + at}`)
}

/** In the order of their numbers. */
function podsOf(set: StatefulSet, { children }: World): Pod[] {
  const numberOf = ({ metadata }: Pod) => Number(metadata.name.slice(set.metadata.name.length + 1))
  return children
    .of<Pod>(set, 'Pod')
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .sort((a, b) => numberOf(a) - numberOf(b))
}

function create(set: StatefulSet, of: { name: string; revision: string }, world: World): void {
  const { template } = set.spec
  const labels = {
    ...template.metadata?.labels,
    [hashLabel]: of.revision,
    'statefulset.kubernetes.io/pod-name': of.name,
  }
  createPod(set, template, { labels, world, name: of.name })
}

function revisionOf({ metadata, spec }: StatefulSet): string {
  const hash = createHash('sha256').update(JSON.stringify(spec.template)).digest('hex')
  return `${metadata.name}-${hash.slice(0, 10)}`
}

function isOf({ metadata }: Pod, revision: string): boolean {
  return metadata.labels?.[hashLabel] === revision
}

function writeStatus(set: StatefulSet, revision: string, world: World): void {
  const pods = podsOf(set, world)
  const { available, nextMs } = availability(pods, set.spec.minReadySeconds ?? 0, world.now())
  if (nextMs !== undefined) world.again(set, nextMs)
  const updated = pods.filter((pod) => isOf(pod, revision)).length
  const ready = pods.filter(isReady).length
  const { currentRevision: before = revision } = set.status ?? {}
  const isDone = updated === pods.length && ready === pods.length
  const current = isDone ? revision : before
  const status = {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    readyReplicas: ready,
    currentReplicas: pods.filter((pod) => isOf(pod, current)).length,
    updatedReplicas: updated,
    availableReplicas: available,
    currentRevision: current,
    updateRevision: revision,
    collisionCount: 0,
  }
  if (JSON.stringify(status) === JSON.stringify(set.status)) return
  world.store.modify<StatefulSet>(
    refOf(set),
    (draft) => {
      draft.status = status
    },
    { subresource: 'status' },
  )
}
