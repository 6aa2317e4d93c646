/** The DaemonSet controller: one pod on every node that fits. */
import type { KubeObject } from '../../objects.ts'
import { refOf } from '../../objects.ts'
import { type DaemonSet, isControlledBy, isReady, kindOf, matches, type Pod } from './objects.ts'
import { createPod } from './pods.ts'
import type { World } from './workloads.ts'

const generationLabel = 'pod-template-generation'

/** One look at a DaemonSet. */
export function syncDaemonSet(set: DaemonSet, world: World): void {
  if (set.metadata.deletionTimestamp !== undefined) return
  const { store } = world
  const { namespace = '' } = set.metadata
  const { template } = set.spec
  const revision = String(set.metadata.generation ?? 0)
  const nodes = store
    .list<KubeObject>({ apiVersion: 'v1', kind: 'Node' })
    .filter(({ metadata }) => matches(template.spec.nodeSelector ?? {}, metadata.labels))
    .map(({ metadata }) => metadata.name)
  const pods = store
    .list<Pod>(kindOf.pod, { namespace })
    .filter((pod) => isControlledBy(pod, set) && pod.metadata.deletionTimestamp === undefined)
  const isCurrent = (pod: Pod) => pod.metadata.labels?.[generationLabel] === revision

  for (const pod of pods)
    if (!nodes.includes(pod.spec.nodeName ?? '') || !isCurrent(pod)) store.delete(refOf(pod))
  const kept = pods.filter(isCurrent)
  for (const nodeName of nodes)
    if (!kept.some((pod) => pod.spec.nodeName === nodeName))
      createPod(set, template, {
        labels: { ...template.metadata?.labels, [generationLabel]: revision },
        world,
        nodeName,
      })
  writeStatus(set, { kept, wanted: nodes.length }, world)
}

function writeStatus(
  set: DaemonSet,
  { kept, wanted }: { kept: readonly Pod[]; wanted: number },
  world: World,
): void {
  const ready = kept.filter(isReady).length
  const status = {
    observedGeneration: set.metadata.generation ?? 0,
    desiredNumberScheduled: wanted,
    currentNumberScheduled: kept.length,
    updatedNumberScheduled: kept.length,
    numberReady: ready,
    numberAvailable: ready,
    numberUnavailable: wanted - ready,
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
