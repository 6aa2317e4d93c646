/** Objects of a namespace with a few canaries in different phases. */
import type { CanaryStatus } from '../../../src/canary/api.gen.ts'
import type { KubeObject } from '../../../src/objects.ts'

export interface CanaryOptions {
  name: string
  namespace?: string
  status?: CanaryStatus
  analysis?: object
  spec?: object
  labels?: Record<string, string>
  annotations?: Record<string, string>
}

/** An RFC 3339 time so many seconds before now. */
export function ago(seconds: number): string {
  return new Date(Date.now() - seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z')
}

/** A Canary of a Deployment of the same name, behind Istio. */
export function canaryObject(options: CanaryOptions): KubeObject {
  const { name, namespace = 'test', status, analysis = {}, spec = {} } = options
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: {
      name,
      namespace,
      ...(options.labels && { labels: options.labels }),
      ...(options.annotations && { annotations: options.annotations }),
    },
    spec: {
      provider: 'istio',
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      service: { port: 9898 },
      analysis: {
        interval: '1m',
        threshold: 5,
        maxWeight: 50,
        stepWeight: 5,
        metrics: [
          { name: 'request-success-rate', interval: '1m', thresholdRange: { min: 99 } },
          { name: 'request-duration', interval: '1m', thresholdRange: { max: 500 } },
        ],
        webhooks: [
          { name: 'load-test', type: 'rollout', url: 'http://loadtester.test/' },
          {
            name: 'promotion gate',
            type: 'confirm-promotion',
            url: 'http://loadtester.test/gate/check',
          },
        ],
        ...analysis,
      },
      ...spec,
    },
    ...(status && { status }),
  } as KubeObject
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
  return [
    ...workload({ name, namespace, image, replicas, hash: '5f6c8d9b7d' }),
    ...workload({
      name: `${name}-primary`,
      namespace,
      image: promoted,
      replicas: 2,
      hash: '7d4b9c6f58',
    }),
  ]
}

function workload(of: {
  name: string
  namespace: string
  image: string
  replicas: number
  hash: string
}): KubeObject[] {
  const { name, namespace, image, replicas, hash } = of
  const labels = { app: name }
  const containers = [{ name: 'podinfod', image }]
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
    status: { replicas, readyReplicas: replicas },
  }
  const pods = ['2xk9p', 'v8wqz', 'qq7zn'].slice(0, replicas).map((suffix, at) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${name}-${hash}-${suffix}`, namespace, labels },
    spec: { nodeName: `worker-${at + 1}`, containers },
    status: {
      phase: 'Running',
      containerStatuses: [{ name: 'podinfod', ready: true, restartCount: at }],
    },
  }))
  return [deployment, ...pods]
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
