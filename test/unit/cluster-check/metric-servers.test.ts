import { expect, test } from 'vitest'
import type { CanaryResource, MetricTemplateResource } from '../../../src/canary/api.gen.ts'
import {
  type AskedServer,
  metricServerItems,
  metricServersOf,
  queryPath,
} from '../../../src/cluster-check/metric-servers.ts'
import { serviceAddress } from '../../../src/service-host.ts'
import { canaryObject } from '../../support/canary-object.ts'

test.each([
  ['http://prometheus.monitoring:9090', 'monitoring/services/prometheus:9090/proxy'],
  ['http://prometheus:9090/', 'test/services/prometheus:9090/proxy'],
  ['https://prom.obs.svc.cluster.local/prefix/', 'obs/services/https:prom:443/proxy/prefix'],
])('%s is asked through the API server', (address, path) => {
  const service = serviceAddress(address, 'test')
  expect(service && queryPath(service)).toBe(`/api/v1/namespaces/${path}/api/v1/query`)
})

const canary = canaryObject({
  spec: { metricsServer: 'http://user:secret@prom.obs:9090?token=1' },
}) as CanaryResource
const template = (name: string, type: string) =>
  ({
    apiVersion: 'flagger.app/v1beta1',
    kind: 'MetricTemplate',
    metadata: { name, namespace: 'test' },
    spec: { provider: { type, address: 'http://prom.obs:9090' }, query: 'x' },
  }) as MetricTemplateResource

test('a server is asked once, whoever names it, and no login is shown', () => {
  const found = metricServersOf([canary], [template('a', 'prometheus'), template('b', 'datadog')])
  expect(found).toEqual([
    {
      address: 'http://prom.obs:9090',
      usedBy: ['canary test/podinfo', 'metrictemplate test/a'],
      service: serviceAddress('http://prom.obs:9090', 'test'),
    },
  ])
})

test('a server that does not answer is an error with those that ask it', () => {
  const service = {
    ...{ service: 'prom', namespace: 'test', isCertain: true },
    ...{ isTls: false, port: '9090', path: '/' },
  }
  const server = { address: 'http://prom:9090', usedBy: ['a', 'b', 'c', 'd'], service }
  const asked: AskedServer[] = [
    { server, problem: 'no endpoints available' },
    { server: { ...server, address: 'http://well' }, problem: undefined },
    { server: { ...server, address: 'http://hidden' }, problem: undefined, denied: true },
  ]
  expect(metricServerItems(asked).map(({ level, message }) => `${level}: ${message}`)).toEqual([
    'error: metrics server http://prom:9090 does not answer (no endpoints available); it is asked by a, b, c and 1 more',
    'ok: metrics server http://well answers',
    'warning: you may not ask metrics servers through the API server (get services/proxy): http://hidden',
  ])
})
