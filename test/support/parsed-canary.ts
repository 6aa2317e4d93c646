import { type Canary, parseCanary } from '../../src/canary/canary.ts'

/** The Canary podinfo in the namespace test, behind Istio, with this analysis over ten-percent steps. */
export function parsedCanary(analysis: object, metricsServer = ''): Canary {
  const { canary } = parseCanary(
    {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { name: 'podinfo', namespace: 'test' },
      spec: {
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
        service: { port: 80 },
        analysis: { interval: '1m', stepWeight: 10, ...analysis },
      },
    },
    { meshProvider: 'istio', metricsServer },
  )
  return canary
}
