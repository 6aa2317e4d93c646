/** KEDA, for triggers that always have something to do: it never scales to zero by itself. */
import type { KubeObject } from '../../../objects.ts'
import { refOf } from '../../../objects.ts'
import { controllerOf, kindOf, type ScaledObject } from '../objects.ts'
import type { World } from '../world.ts'
import { scaledRef, scaleTo, sizeOf } from './autoscalers.ts'

const pause = 'autoscaling.keda.sh/paused-replicas'
const nameLabel = 'scaledobject.keda.sh/name'
const defaultMost = 100

/** One look at a ScaledObject: its target is held, or has a HorizontalPodAutoscaler of KEDA's. */
export function syncScaledObject(object: KubeObject, world: World): void {
  const { store } = world
  const scaled = object as ScaledObject
  if (scaled.metadata.deletionTimestamp !== undefined) return
  // KEDA writes the name of each where its metrics are looked up by it.
  if (scaled.metadata.labels?.[nameLabel] !== scaled.metadata.name) label(scaled, world)
  const ref = scaledRef(scaled.spec.scaleTargetRef, scaled)
  const target = ref && store.get(ref)
  if (!ref || !target) return
  const held = scaled.metadata.annotations?.[pause]
  if (held === undefined) keepAutoscaler(scaled, world)
  else store.delete(autoscalerRef(scaled))
  const now = sizeOf(target)
  const wanted = held === undefined ? Math.max(now, smallest(scaled)) : Number(held)
  if (wanted !== now) scaleTo(wanted, ref, world, 'keda-operator')
}

function smallest({ spec }: ScaledObject): number {
  return Math.max(1, spec.minReplicaCount ?? 0)
}

function label(scaled: ScaledObject, { store }: World): void {
  const labels = { [nameLabel]: scaled.metadata.name }
  store.patch(
    refOf(scaled),
    { metadata: { labels } },
    { type: 'merge', fieldManager: 'keda-operator' },
  )
}

function autoscalerRef({ spec, metadata }: ScaledObject) {
  const { name = `keda-hpa-${metadata.name}` } = spec.advanced?.horizontalPodAutoscalerConfig ?? {}
  return { ...kindOf.autoscaler, namespace: metadata.namespace ?? '', name }
}

function keepAutoscaler(scaled: ScaledObject, { store }: World): void {
  const { apiVersion, kind, namespace, name } = autoscalerRef(scaled)
  const { apiVersion: group = 'apps/v1', kind: aim = 'Deployment' } = scaled.spec.scaleTargetRef
  const spec = {
    scaleTargetRef: { apiVersion: group, kind: aim, name: scaled.spec.scaleTargetRef.name },
    minReplicas: smallest(scaled),
    maxReplicas: scaled.spec.maxReplicaCount ?? defaultMost,
  }
  const ref = { apiVersion, kind, namespace, name }
  if (store.get(ref)) {
    store.patch(ref, { spec }, { type: 'merge', fieldManager: 'keda-operator' })
    return
  }
  const metadata = { namespace, name, ownerReferences: [controllerOf(scaled)] }
  store.create({ apiVersion, kind, metadata, spec } as KubeObject)
}
