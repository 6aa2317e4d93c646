import { expect, test } from 'vitest'
import { proxyPath, serviceAddress, serviceHost } from '../../src/service-host.ts'

test.each([
  ['prometheus', 'prometheus', 'test'],
  ['Prometheus.', 'prometheus', 'test'],
  ['prometheus.obs.svc', 'prometheus', 'obs'],
  ['prometheus.obs.svc.cluster.local', 'prometheus', 'obs'],
  ['prometheus.obs.svc.cluster.local.', 'prometheus', 'obs'],
])('%s is a Service of the cluster', (host, service, namespace) => {
  expect(serviceHost(host, 'test')).toEqual({ service, namespace, isCertain: true })
})

test.each([
  ['example.com', 'example', 'com'],
  ['prometheus.obs', 'prometheus', 'obs'],
  ['prometheus.obs.svc.example.com', 'prometheus', 'obs'],
  ['prometheus.obs.svc.k8s.corp', 'prometheus', 'obs'],
])('%s may be a Service, and may be outside', (host, service, namespace) => {
  expect(serviceHost(host, 'test')).toEqual({ service, namespace, isCertain: false })
})

test.each([
  '',
  'www.example.com',
  'a.b.c.d',
  'pod-0.prometheus.obs.svc.cluster.local',
  'localhost',
  'prometheus.localhost',
  '10.0.0.1',
  '[::1]',
  '_dns._tcp',
  'prometheus.-obs',
  `${'a'.repeat(64)}.obs.svc`,
  'a..svc',
])('%j is none', (host) => {
  expect(serviceHost(host, 'test')).toBeUndefined()
})

test('of an address it is told how the Service is called', () => {
  expect(serviceAddress('http://prometheus.obs:9090/prefix/', 'test')).toEqual({
    ...{ service: 'prometheus', namespace: 'obs', isCertain: false },
    ...{ isTls: false, port: '9090', path: '/prefix/' },
  })
  expect(serviceAddress('https://lt.a.svc/', 'test')).toMatchObject({ isTls: true, port: '443' })
  expect(serviceAddress('http://lt/', 'test')).toMatchObject({ isTls: false, port: '80' })
  for (const address of ['ftp://lt/', 'lt', '', 'https://www.example.com'])
    expect(serviceAddress(address, 'test')).toBeUndefined()
})

test.each([
  ['http://gate.ops.svc', 'ops/services/gate:80/proxy'],
  ['https://gate.ops.svc:8443/a/b?c=d', 'ops/services/https:gate:8443/proxy/a/b'],
])('the API server leads to %s', (address, path) => {
  const found = serviceAddress(address, 'test')
  expect(found && proxyPath(found)).toBe(`/api/v1/namespaces/${path}`)
})
