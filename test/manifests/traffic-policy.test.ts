import { expect, onTestFinished, test } from 'vitest'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { parseCanary } from '../../src/canary/canary.ts'
import type { KubeObject } from '../../src/objects.ts'
import { startApiServer } from '../../src/sandbox/api/server.ts'
import { definitions } from './custom-resources.ts'

const trafficPolicy = {
  portLevelSettings: [{ port: { number: 80 }, tls: { mode: 'DISABLE' } }],
  proxyProtocol: { version: 'V2' },
  connectionPool: {
    http: { maxRequestsPerConnection: 1, useClientProtocol: true },
    tcp: { maxConnections: 5, tcpKeepalive: { probes: 3 } },
  },
  loadBalancer: {
    consistentHash: { httpHeaderName: 'x', maglev: { tableSize: 7 } },
    localityLbSetting: { enabled: true, distributeLater: true },
    warmup: { duration: '10s' },
  },
  outlierDetection: { interval: '1s', minRequests: 5 },
  tls: { mode: 'SIMPLE', credentialName: 'shop', insecureSkipVerify: false },
}

test('what Istio knows of traffic policies, and this API does not, gets through', async () => {
  const { store, close } = await startApiServer()
  onTestFinished(close)
  for (const definition of definitions) store.create(definition as unknown as KubeObject)

  const stored = store.create({
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'shop', namespace: 'default' },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' },
      service: { port: 80, trafficPolicy },
      analysis: { interval: '1m', threshold: 1, stepWeight: 10 },
    },
  } as KubeObject) as CanaryResource

  const { canary, problems } = parseCanary(stored, { meshProvider: 'istio', metricsServer: '' })
  expect(problems).toEqual([])
  expect(canary.spec.service?.trafficPolicy).toEqual(trafficPolicy)
})
