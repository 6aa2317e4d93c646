/** Pods: scheduled at once where a node fits, ready after a while. */
import type { KubeObject } from '../../objects.ts'
import { refOf } from '../../objects.ts'
import { controllerOf, kindOf, type Pod, type PodTemplate } from './objects.ts'
import type { World } from './world.ts'

interface Node extends KubeObject {
  metadata: KubeObject['metadata']
}

/** Creates one pod of a workload. */
export function createPod(
  owner: KubeObject,
  template: PodTemplate,
  of: { labels: Record<string, string>; world: World; nodeName?: string; name?: string },
): void {
  const { namespace, name } = owner.metadata
  const { nodeName } = of
  const { annotations } = template.metadata ?? {}
  const pod: Pod = {
    ...kindOf.pod,
    metadata: {
      // Without a name of its own the server makes one from the owner's.
      ...(of.name === undefined ? { name: '', generateName: `${name}-` } : { name: of.name }),
      ...(namespace !== undefined && { namespace }),
      labels: of.labels,
      ...(annotations && { annotations }),
      ownerReferences: [controllerOf(owner)],
    },
    spec: { ...template.spec, ...(nodeName !== undefined && { nodeName }) },
  }
  of.world.store.create(pod)
}

/** Moves one pod on: Pending, Running, Ready. */
export function startPod(pod: Pod, world: World): void {
  if (pod.metadata.deletionTimestamp !== undefined) return
  const node = pod.spec.nodeName ?? nodeFor(pod, world)
  if (node === undefined) return
  const { startupMs, brokenImages = [] } = world.options
  const age = world.now().getTime() - Date.parse(pod.metadata.creationTimestamp ?? '')
  const isBroken = pod.spec.containers.some(({ image = '' }) =>
    brokenImages.some((broken) => image.includes(broken)),
  )
  // Creation times are whole seconds: what is not there yet is asked for again in between.
  const wait = startupMs - age
  const ready = !isBroken && wait <= 0
  if (!ready && !isBroken) world.again(pod, Math.max(20, Math.min(wait, 1_000)))
  const phase = isBroken ? 'Pending' : 'Running'
  const isStarted = pod.status?.containerStatuses !== undefined
  if (isStarted && pod.status?.phase === phase && readyIs(pod) === ready) return
  world.store.modify<Pod>(refOf(pod), (draft) => {
    draft.spec.nodeName = node
  })
  world.store.modify<Pod>(
    refOf(pod),
    (draft) => {
      draft.status = statusOf(pod, { phase, ready }, world)
    },
    { subresource: 'status' },
  )
}

function readyIs({ status }: Pod): boolean {
  return (
    status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true
  )
}

/** An image that can't be had leaves its pod pending. */
function statusOf(
  pod: Pod,
  { phase, ready }: { phase: 'Pending' | 'Running'; ready: boolean },
  world: World,
): NonNullable<Pod['status']> {
  const truth = ready ? 'True' : 'False'
  const at = `${world.now().toISOString().slice(0, 19)}Z`
  const condition = (type: string, status: string) => {
    const previous = pod.status?.conditions?.find((one) => one.type === type)
    return previous?.status === status ? previous : { type, status, lastTransitionTime: at }
  }
  return {
    ...pod.status,
    phase,
    podIP: pod.status?.podIP ?? world.nextAddress(),
    startTime: pod.status?.startTime ?? at,
    conditions: [
      condition('PodScheduled', 'True'),
      condition('Initialized', 'True'),
      condition('ContainersReady', truth),
      condition('Ready', truth),
    ],
    containerStatuses: pod.spec.containers.map(({ name, image = '' }) => ({
      name,
      ready,
      restartCount: 0,
      image,
      state:
        phase === 'Running'
          ? { running: { startedAt: pod.status?.startTime ?? at } }
          : {
              waiting: { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` },
            },
    })),
  }
}

/** The first node whose labels fit; a cluster without nodes has one that fits plain pods. */
export function nodeFor({ spec }: Pick<Pod, 'spec'>, { store }: World): string | undefined {
  const wanted = Object.entries(spec.nodeSelector ?? {})
  const nodes = store.list<Node>({ apiVersion: 'v1', kind: 'Node' })
  if (nodes.length === 0) return wanted.length === 0 ? 'node-1' : undefined
  return nodes.find(({ metadata }) =>
    wanted.every(([key, value]) => metadata.labels?.[key] === value),
  )?.metadata.name
}
