/** Horizontal pod autoscalers without load: they keep their target within its bounds. */
import type { KubeObject } from '../../objects.ts'
import { refOf } from '../../objects.ts'
import type { Deployment, HorizontalPodAutoscaler } from './objects.ts'
import type { World } from './world.ts'

/** One look at an autoscaler. A target at zero is left alone: Kubernetes disables it then. */
export function scaleByAutoscaler(object: KubeObject, { store }: World): void {
  const autoscaler = object as HorizontalPodAutoscaler
  const { scaleTargetRef, minReplicas = 1, maxReplicas } = autoscaler.spec
  const { kind, name } = scaleTargetRef
  const { namespace = '' } = autoscaler.metadata
  if (kind !== 'Deployment') return
  const ref = { apiVersion: 'apps/v1', kind, namespace, name }
  const target = store.get<Deployment>(ref)
  if (!target) return
  const now = target.spec.replicas ?? 1
  const wanted = now === 0 ? 0 : Math.min(maxReplicas, Math.max(minReplicas, now))
  if (wanted !== now)
    store.modify<Deployment>(ref, (draft) => {
      draft.spec.replicas = wanted
    })
  const status = { currentReplicas: now, desiredReplicas: wanted }
  if (JSON.stringify(status) === JSON.stringify(autoscaler.status)) return
  store.modify<HorizontalPodAutoscaler>(
    refOf(autoscaler),
    (draft) => {
      draft.status = status
    },
    { subresource: 'status' },
  )
}
