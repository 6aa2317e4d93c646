/** Objects of a namespace with a few canaries in different phases. */
import type { CanaryStatus } from '../../../src/canary/api.gen.ts'
import type { KubeObject } from '../../../src/objects.ts'
import { workloadObjects } from '../../support/workload-objects.ts'

/** An RFC 3339 time so many seconds before now. */
export function ago(seconds: number): string {
  return new Date(Date.now() - seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** Of a canary that has been at weight 20, its fourth step of ten, for five seconds. */
export function inRun() {
  return {
    phase: 'Progressing',
    canaryWeight: 20,
    lastAppliedSpec: 'v2:6c9d7f31a0',
    lastTransitionTime: ago(5),
    controller: 'canary-controller/0.1.0',
    canaryAnalysis: { runId: 3, startedAt: ago(60), weight: 20, step: 4, steps: 10 },
  } satisfies CanaryStatus
}

/** Target and primary of a canary, with their pods. */
export function workloads(of: {
  name: string
  namespace?: string
  image: string
  promoted: string
  replicas: number
}): KubeObject[] {
  const { name, namespace = 'test', image, promoted, replicas } = of
  const target = workloadObjects({ name, namespace, image, replicas, hash: '5f6c8d9b7d' })
  const primary = workloadObjects({
    name: `${name}-primary`,
    namespace,
    image: promoted,
    replicas: 2,
    hash: '7d4b9c6f58',
  })
  return [target.deployment, ...target.pods, primary.deployment, ...primary.pods]
}

/** A VirtualService that gives the canary this share. */
export function virtualService(name: string, weight: number, namespace = 'test'): KubeObject {
  const destination = (suffix: string, share: number) => ({
    destination: { host: `${name}-${suffix}` },
    weight: share,
  })
  return {
    apiVersion: 'networking.istio.io/v1beta1',
    kind: 'VirtualService',
    metadata: { name, namespace },
    spec: {
      hosts: [name],
      http: [{ route: [destination('primary', 100 - weight), destination('canary', weight)] }],
    },
  } as KubeObject
}

/** An event about a canary. */
export function eventObject(
  canary: string,
  at: string,
  of: { type: string; message: string; name: string },
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: of.name, namespace: 'test' },
    involvedObject: {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      name: canary,
      namespace: 'test',
    },
    type: of.type,
    reason: 'Synced',
    message: of.message,
    count: 1,
    firstTimestamp: at,
    lastTimestamp: at,
  } as KubeObject
}
