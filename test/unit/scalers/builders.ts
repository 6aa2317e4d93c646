/** Autoscalers as a cluster has them, and what was recorded of them. */
import { readFileSync } from 'node:fs'
import type { CanarySpec } from '../../../src/canary/api.gen.ts'
import type { KubeObject } from '../../../src/objects.ts'
import type { HorizontalPodAutoscaler } from '../../../src/scalers/horizontal-pod-autoscaler/scaler.ts'
import type { ScaledObject } from '../../../src/scalers/scaled-object/scaler.ts'
import { canary, context } from '../workloads/builders.ts'

type Reference = Partial<NonNullable<CanarySpec['autoscalerRef']>>

/** A canary whose autoscaler is of this kind, in the cluster that these objects are. */
export function reading(
  kind: 'HorizontalPodAutoscaler' | 'ScaledObject',
  objects: readonly KubeObject[],
  ref: Reference = {},
) {
  const apiVersion = kind === 'ScaledObject' ? 'keda.sh/v1alpha1' : 'autoscaling/v2'
  const autoscalerRef = { apiVersion, kind, name: 'podinfo', ...ref }
  return context(objects, { canary: canary({ spec: { autoscalerRef } }) })
}

export function hpa(
  spec: Partial<HorizontalPodAutoscaler['spec']> = {},
  metadata: Partial<KubeObject['metadata']> = {},
): HorizontalPodAutoscaler {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'podinfo', namespace: 'test', ...metadata },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      minReplicas: 2,
      maxReplicas: 4,
      metrics: [{ type: 'Resource', resource: { name: 'cpu' } }],
      ...spec,
    },
  }
}

export function scaledObject(
  spec: Partial<ScaledObject['spec']> = {},
  metadata: Partial<KubeObject['metadata']> = {},
): ScaledObject {
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'ScaledObject',
    metadata: { name: 'podinfo', namespace: 'test', ...metadata },
    spec: {
      scaleTargetRef: { name: 'podinfo' },
      minReplicaCount: 1,
      maxReplicaCount: 3,
      triggers: [{ type: 'prometheus', name: 'rps', metadata: { query: 'rps{app="podinfo"}' } }],
      ...spec,
    },
  }
}

/** The states of an object in a recording of Flagger, made those of the builders' canary. */
export function recorded<T extends KubeObject>(name: string, object: string): T[] {
  const file = new URL(`../../conformance/recordings/${name}.json`, import.meta.url)
  const { states } = JSON.parse(readFileSync(file, 'utf8').replaceAll('<ns>', 'test'))
  return states[object] as T[]
}

/** Without what only our copies have. */
export function comparable(object: KubeObject | undefined): unknown {
  if (!object) return undefined
  const { annotations = {}, labels = {}, ownerReferences = [], ...metadata } = object.metadata
  const { 'flagger.app/copied': _, ...others } = annotations
  const { 'app.kubernetes.io/managed-by': __, ...own } = labels
  const owners = ownerReferences.map(({ uid: ___, ...owner }) => owner)
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(Object.keys(others).length > 0 && { annotations: others }),
      ...(Object.keys(own).length > 0 && { labels: own }),
      ownerReferences: owners,
    },
  }
}
