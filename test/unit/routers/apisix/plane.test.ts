import { expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import { plane } from '../../../../src/routers/apisix/plane.ts'

const route = (name: string, ...http: object[]): KubeObject & { spec: object } => ({
  apiVersion: 'apisix.apache.org/v2',
  kind: 'ApisixRoute',
  metadata: { name, namespace: 'test' },
  spec: { http },
})

const to = (serviceName: string, of: object = {}) => ({
  name: 'all',
  match: { paths: ['/*'] },
  backends: [{ serviceName, servicePort: 80 }],
  ...of,
})

function serviceOf(objects: KubeObject[], { path = '/', method = 'GET' } = {}) {
  const list = <T extends KubeObject>() => objects as T[]
  const called = { namespace: 'test', service: 'podinfo' }
  const road = plane.road(called, { list }, { ingressAnnotationsPrefix: '' })
  return road?.({ method, path, headers: {} }, () => 0.4).service
}

test('of rules that match the one with the highest priority is taken', () => {
  const objects = [route('a', to('podinfo')), route('b', to('other', { priority: 1 }))]
  expect(serviceOf(objects)).toBe('other')
  const elsewhere = { hosts: ['b.example.com'], paths: ['/*'] }
  const here = { hosts: ['a.example.com'], paths: ['/*'] }
  expect(
    serviceOf([
      route('a', to('podinfo', { match: here })),
      route('b', to('other', { priority: 1, match: elsewhere })),
    ]),
  ).toBe('podinfo')
})

test('a rule asks for path and method', () => {
  const exact = to('podinfo', { match: { paths: ['/a', '/b/*'], methods: ['GET'] } })
  expect(serviceOf([route('a', exact)], { path: '/a?x=1' })).toBe('podinfo')
  expect(serviceOf([route('a', exact)], { path: '/b/c' })).toBe('podinfo')
  expect(serviceOf([route('a', exact)], { path: '/a/c' })).toBeUndefined()
  expect(serviceOf([route('a', exact)], { path: '/a', method: 'POST' })).toBeUndefined()
})

test('a missing weight counts as 100', () => {
  const backends = [{ serviceName: 'podinfo' }, { serviceName: 'other', weight: 300 }]
  expect(serviceOf([route('a', to('', { backends }))])).toBe('other')
})
