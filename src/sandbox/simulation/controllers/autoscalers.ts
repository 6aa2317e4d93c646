/** Horizontal pod autoscalers without load: they keep their target within its bounds. */
import type { KubeObject, ObjectRef } from '../../../objects.ts'
import { refOf } from '../../../objects.ts'
import type { HorizontalPodAutoscaler, ScaleTarget } from '../objects.ts'
import type { World } from '../world.ts'

interface Scaled extends KubeObject {
  spec?: { replicas?: number }
}

/** One look at an autoscaler. A target at zero is left alone: Kubernetes disables it then. */
export function scaleByAutoscaler(object: KubeObject, { store }: World): void {
  const autoscaler = object as HorizontalPodAutoscaler
  const { scaleTargetRef, minReplicas = 1, maxReplicas } = autoscaler.spec
  const ref = scaledRef(scaleTargetRef, autoscaler)
  const target = ref && store.get<Scaled>(ref)
  if (!ref || !target) return
  const now = sizeOf(target)
  const wanted = now === 0 ? 0 : Math.min(maxReplicas, Math.max(minReplicas, now))
  if (wanted !== now) scaleTo(wanted, ref, { store }, 'kube-controller-manager')
  const status = { currentReplicas: now, desiredReplicas: wanted, conditions: conditions(now > 0) }
  if (JSON.stringify(status) === JSON.stringify(autoscaler.status)) return
  store.modify<HorizontalPodAutoscaler>(
    refOf(autoscaler),
    (draft) => {
      draft.status = status
    },
    { subresource: 'status' },
  )
}

/** What an autoscaler scales; undefined for kinds that are not simulated, or have no size. */
export function scaledRef(
  { apiVersion = 'apps/v1', kind = 'Deployment', name }: ScaleTarget,
  { metadata }: KubeObject,
): ObjectRef | undefined {
  const { namespace = '' } = metadata
  const isScalable = apiVersion === 'apps/v1' && (kind === 'Deployment' || kind === 'StatefulSet')
  return isScalable ? { apiVersion, kind, namespace, name } : undefined
}

/** The replicas that are asked for; 1 where none are, as by the API server's default. */
export function sizeOf({ spec }: Scaled): number {
  return spec?.replicas ?? 1
}

/** By the scale subresource, as autoscalers do. */
export function scaleTo(
  replicas: number,
  ref: ObjectRef,
  { store }: Pick<World, 'store'>,
  fieldManager: string,
): void {
  store.patch(ref, { spec: { replicas } }, { type: 'merge', subresource: 'scale', fieldManager })
}

function conditions(isActive: boolean): object[] {
  const able = { type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale' }
  if (isActive) return [able, { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound' }]
  const message = 'scaling is disabled since the replica count of the target is zero'
  return [able, { type: 'ScalingActive', status: 'False', reason: 'ScalingDisabled', message }]
}
