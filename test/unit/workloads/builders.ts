/** Objects for the tests of workloads; a test shows only what matters to it. */
import { readFileSync } from 'node:fs'
import { parseCanary } from '../../../src/canary/canary.ts'
import { type KubeObject, refKey, refOf } from '../../../src/objects.ts'
import type { Deployment, PodSpec } from '../../../src/workloads/pods/pod-template.ts'
import type { WorkloadContext } from '../../../src/workloads/workload.ts'
import { findIn } from '../../support/find.ts'

export const now = new Date('2026-01-01T00:00:00Z')

export function canary({
  spec = {},
  analysis = {},
  status = {},
}: {
  spec?: object
  analysis?: object
  status?: object
} = {}) {
  const { canary, problems } = parseCanary(
    {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: {
        name: 'podinfo',
        namespace: 'test',
        uid: 'canary-uid',
        creationTimestamp: '2026-01-01T00:00:00Z',
      },
      spec: {
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
        service: { port: 9898 },
        analysis: { interval: '10s', threshold: 2, iterations: 2, ...analysis },
        ...spec,
      },
      status,
    },
    { meshProvider: 'kubernetes', metricsServer: 'http://prometheus:9090' },
  )
  if (problems.length > 0) throw new Error(problems.join())
  return canary
}

export function deployment({
  name = 'podinfo',
  labels = { app: name },
  replicas = 2,
  image = 'podinfo:1',
  annotations,
  templateAnnotations,
  pods = {},
  status,
}: {
  name?: string
  labels?: Record<string, string>
  replicas?: number
  image?: string
  annotations?: Record<string, string>
  templateAnnotations?: Record<string, string>
  pods?: Partial<PodSpec>
  status?: object
} = {}): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name,
      namespace: 'test',
      generation: 1,
      labels,
      ...(annotations && { annotations }),
    },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: {
        metadata: {
          labels,
          ...(templateAnnotations && { annotations: templateAnnotations }),
        },
        spec: { containers: [{ name: 'podinfod', image }], ...pods },
      },
    },
    status: status ?? {
      observedGeneration: 1,
      replicas,
      updatedReplicas: replicas,
      availableReplicas: replicas,
    },
  }
}

export function config(
  kind: 'ConfigMap' | 'Secret',
  name: string,
  fields: { data?: Record<string, string>; binaryData?: Record<string, string>; type?: string },
  metadata: object = {},
) {
  return { apiVersion: 'v1', kind, metadata: { name, namespace: 'test', ...metadata }, ...fields }
}

export function context(
  objects: readonly KubeObject[],
  of: Partial<WorkloadContext> = {},
): WorkloadContext {
  return {
    canary: canary(),
    find: findIn(objects),
    settings: {
      selectorLabels: ['app', 'name', 'app.kubernetes.io/name'],
      includeLabelPrefix: [],
      configTracking: true,
    },
    now,
    ...of,
  }
}

/** The objects after some of them were written. */
export function written(objects: readonly KubeObject[], writes: readonly KubeObject[]) {
  const keys = new Set(writes.map((one) => refKey(refOf(one))))
  return [...objects.filter((one) => !keys.has(refKey(refOf(one)))), ...writes]
}

export interface Golden {
  found: KubeObject[]
  created: KubeObject[]
  promoted: KubeObject[]
}

export function golden(name: string): Golden {
  const file = new URL(`goldens/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as Golden
}
