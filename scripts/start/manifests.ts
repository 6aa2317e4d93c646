/** What the demonstration deploys: podinfo, and a Canary that shifts its traffic by weights. */
import type { KubeObject, ObjectRef } from '../../src/objects.ts'

export const namespace = 'test'
export const canaryRef: ObjectRef = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  namespace,
  name: 'podinfo',
}
export const deploymentRef: ObjectRef = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace,
  name: 'podinfo',
}

export interface Deployment extends KubeObject {
  spec: { template: { spec: { containers: { name: string; image: string }[] } } }
}

/** Users who call podinfo all the time. */
export const load = { namespace, service: 'podinfo', requestsPerSecond: 50 }

export function image(version: string): string {
  return `ghcr.io/stefanprodan/podinfo:${version}`
}

export function podinfo(version: string): Deployment & Record<string, unknown> {
  const labels = { app: 'podinfo' }
  const container = {
    name: 'podinfod',
    image: image(version),
    ports: [{ name: 'http', containerPort: 9898 }],
  }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'podinfo', namespace },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    } as Deployment['spec'],
  }
}

/** Quick enough to watch: five steps of six seconds each. */
export function canary(): KubeObject & { spec: unknown } {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'podinfo', namespace },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      progressDeadlineSeconds: 60,
      service: { port: 9898 },
      analysis: {
        interval: '6s',
        threshold: 3,
        maxWeight: 50,
        stepWeight: 10,
        metrics: [
          { name: 'request-success-rate', thresholdRange: { min: 99 }, interval: '10s' },
          { name: 'request-duration', thresholdRange: { max: 500 }, interval: '10s' },
        ],
      },
    },
  }
}
