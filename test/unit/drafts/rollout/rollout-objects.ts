/** Objects of Argo Rollouts, as its users write them. */
import type { Rollout } from '../../../../src/drafts/rollout/rollout.ts'
import type { KubeObject } from '../../../../src/objects.ts'

const template = {
  metadata: { labels: { app: 'shop' } },
  spec: { containers: [{ name: 'shop', image: 'shop:1', ports: [{ containerPort: 8080 }] }] },
}

/** A Rollout with this strategy. */
export function rollout(strategy: object, spec: object = {}): Rollout {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Rollout',
    metadata: { name: 'shop', namespace: 'web', labels: { team: 'a' } },
    spec: {
      ...{ replicas: 3, selector: { matchLabels: { app: 'shop' } }, template },
      ...{ progressDeadlineSeconds: 120, strategy, ...spec },
    },
  } as Rollout
}

export const steps = [
  { setWeight: 10 },
  { pause: { duration: '2m' } },
  { setWeight: 30 },
  { pause: { duration: 120 } },
  { setWeight: 60 },
  { pause: {} },
]

export const byIstio = {
  ...{ stableService: 'shop-stable', canaryService: 'shop-preview', steps },
  trafficRouting: { istio: { virtualService: { name: 'shop' } } },
}

/** With a metric of Prometheus that has this condition. */
export function template95(metric: object = {}, more: object = {}): KubeObject {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name: 'success-rate', namespace: 'web' },
    spec: {
      args: [{ name: 'service-name' }, { name: 'window', value: '5m' }],
      metrics: [
        {
          ...{ name: 'success', interval: '1m', failureLimit: 3, count: 4 },
          successCondition: 'result[0] >= 0.95',
          provider: {
            prometheus: {
              address: 'http://prom:9090',
              query: 'sum(rate(ok{service="{{args.service-name}}"}[{{ args.window }}]))',
            },
          },
          ...metric,
        },
      ],
      ...more,
    },
  } as KubeObject
}

export const analysis = {
  templates: [{ templateName: 'success-rate' }],
  args: [{ name: 'service-name', value: 'shop-canary.web' }],
}

export function service(name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'web' },
    spec: { ports: [{ port: 80, targetPort: 8080 }] },
  } as KubeObject
}
