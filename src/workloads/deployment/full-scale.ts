/** How many replicas a target gets when its run starts. */
import type { Canary } from '../../canary/canary.ts'
import type { Find, KubeObject, ObjectRef } from '../../objects.ts'
import type { Deployment } from '../pod-template.ts'

interface Autoscaler extends KubeObject {
  spec?: { minReplicas?: number; minReplicaCount?: number }
}

const autoscalerVersions: Readonly<Record<string, string>> = {
  HorizontalPodAutoscaler: 'autoscaling/v2',
  ScaledObject: 'keda.sh/v1alpha1',
}

/** The target's autoscaler, in the version in which it is read; undefined when it has none. */
export function autoscalerRef({ spec, namespace }: Canary): ObjectRef | undefined {
  const { autoscalerRef: ref } = spec
  const apiVersion = ref && autoscalerVersions[ref.kind]
  return apiVersion ? { apiVersion, kind: ref.kind, namespace, name: ref.name } : undefined
}

/**
 * The target's own replicas if it has any; else as many as the primary, or as the autoscaler's
 * minimum where there is one; at least 1.
 */
export function fullScale(
  { target, primary }: { target: Deployment; primary: Deployment | undefined },
  canary: Canary,
  find: Find,
): number {
  const current = target.spec.replicas ?? 1
  if (current > 0) return current
  if (!canary.spec.autoscalerRef) return Math.max(1, primary?.spec.replicas ?? 1)
  const ref = autoscalerRef(canary)
  const { minReplicas, minReplicaCount } = (ref && find<Autoscaler>(ref)?.spec) ?? {}
  return Math.max(1, minReplicas ?? minReplicaCount ?? 1)
}
