/** A Canary as the API server stores it, with something of everything. */
import type { CanaryStatus } from '../../src/canary/api.gen.ts'
import type { KubeObject, Metadata } from '../../src/objects.ts'

export interface CanaryOptions {
  name?: string
  namespace?: string
  status?: CanaryStatus
  /** Laid over the analysis. */
  analysis?: object
  /** Laid over the rest of the spec. */
  spec?: object
  labels?: Record<string, string>
  annotations?: Record<string, string>
  metadata?: Partial<Metadata>
}

export interface CanaryObject extends KubeObject {
  spec: object
  status?: CanaryStatus
}

/** A Canary of a Deployment of the same name, behind Istio: steps of 5 to 50, a gate in the end. */
export function canaryObject(options: CanaryOptions = {}): CanaryObject {
  const { name = 'podinfo', namespace = 'test', status, analysis, spec } = options
  const { labels, annotations, metadata } = options
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: {
      name,
      namespace,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...metadata,
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
  }
}
