/** The DaemonSet controller: one pod on every node that fits, replaced a few at a time. */
import { createHash } from 'node:crypto'
import { type KubeObject, refOf } from '../../../objects.ts'
import { availability, type DaemonSet, isReady, matches, type Pod } from '../objects.ts'
import { createPod } from '../pods.ts'
import type { World } from '../world.ts'
import { limitsOf } from './rollout.ts'

const hashLabel = 'controller-revision-hash'

/** One look at a DaemonSet. */
export function syncDaemonSet(set: DaemonSet, world: World): void {
  if (set.metadata.deletionTimestamp !== undefined) return
  const { store } = world
  const { template } = set.spec
  const hash = createHash('sha256').update(JSON.stringify(template)).digest('hex').slice(0, 10)
  const nodes = store
    .list<KubeObject>({ apiVersion: 'v1', kind: 'Node' })
    .filter(({ metadata }) => matches(template.spec.nodeSelector ?? {}, metadata.labels))
    .map(({ metadata }) => metadata.name)
  for (const pod of podsOf(set, world))
    if (!nodes.includes(pod.spec.nodeName ?? '')) store.delete(refOf(pod))
  for (const pod of replaceable(set, hash, nodes.length, world)) store.delete(refOf(pod))
  const taken = podsOf(set, world).map(({ spec }) => spec.nodeName)
  for (const nodeName of nodes.filter((node) => !taken.includes(node)))
    createPod(set, template, {
      labels: { ...template.metadata?.labels, [hashLabel]: hash },
      world,
      nodeName,
    })
  writeStatus(set, { hash, wanted: nodes.length }, world)
}

function podsOf(set: DaemonSet, { children }: World): Pod[] {
  return children
    .of<Pod>(set, 'Pod')
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
}

/** Old pods that may go now: those that serve nobody, and as many others as may be missing. */
function replaceable(set: DaemonSet, hash: string, wanted: number, world: World): Pod[] {
  const { updateStrategy = {} } = set.spec
  if (updateStrategy.type === 'OnDelete') return []
  const { maxUnavailable = 1 } = updateStrategy.rollingUpdate ?? {}
  const limits = limitsOf({ rollingUpdate: { maxSurge: 0, maxUnavailable } }, wanted)
  const pods = podsOf(set, world)
  const old = pods.filter((pod) => !isOf(pod, hash))
  const missing = wanted - pods.filter(isReady).length
  const spare = Math.max(0, limits.unavailable - missing)
  return [...old.filter((pod) => !isReady(pod)), ...old.filter(isReady).slice(0, spare)]
}

function isOf({ metadata }: Pod, hash: string): boolean {
  return metadata.labels?.[hashLabel] === hash
}

function writeStatus(
  set: DaemonSet,
  { hash, wanted }: { hash: string; wanted: number },
  world: World,
): void {
  const pods = podsOf(set, world)
  const { available, nextMs } = availability(pods, set.spec.minReadySeconds ?? 0, world.now())
  if (nextMs !== undefined) world.again(set, nextMs)
  const status = {
    observedGeneration: set.metadata.generation ?? 0,
    desiredNumberScheduled: wanted,
    currentNumberScheduled: pods.length,
    updatedNumberScheduled: pods.filter((pod) => isOf(pod, hash)).length,
    numberReady: pods.filter(isReady).length,
    numberAvailable: available,
    numberUnavailable: wanted - available,
    numberMisscheduled: 0,
  }
  if (JSON.stringify(status) === JSON.stringify(set.status)) return
  world.store.modify<DaemonSet>(
    refOf(set),
    (draft) => {
      draft.status = status
    },
    { subresource: 'status' },
  )
}
