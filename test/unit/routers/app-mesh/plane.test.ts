import { expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import { plane } from '../../../../src/routers/app-mesh/plane.ts'

const object = (kind: string, name: string, spec: object, version = 'v1beta2') => ({
  apiVersion: `appmesh.k8s.aws/${version}`,
  kind,
  metadata: { name, namespace: 'test' },
  spec,
})

const node = (name: string) =>
  object('VirtualNode', name, {
    serviceDiscovery: { dns: { hostname: `svc-${name}.test.svc.cluster.local.` } },
  })

const route = (name: string, of: object = {}, match: object = { prefix: '/' }) => ({
  httpRoute: { match, action: { weightedTargets: [{ virtualNodeRef: { name }, weight: 1 }] } },
  ...of,
})

const front = object('VirtualService', 'podinfo', {
  provider: { virtualRouter: { virtualRouterRef: { name: 'router' } } },
})

function serviceOf(objects: KubeObject[], { path = '/', headers = {} } = {}) {
  const list = <T extends KubeObject>({ kind }: { kind: string }) =>
    objects.filter((one) => one.kind === kind) as T[]
  const called = { namespace: 'test', service: 'podinfo' }
  return plane.road(
    called,
    { list },
    { ingressAnnotationsPrefix: '' },
  )?.({ method: 'GET', path, headers }, () => 0).service
}

test('of the routes that match the one with the lowest priority is taken', () => {
  const headers = [{ name: 'x-test', match: { exact: '1' } }]
  const routes = [
    route('b', { priority: 20 }),
    route('a', { priority: 10 }, { prefix: '/', headers }),
  ]
  const objects = [front, object('VirtualRouter', 'router', { routes }), node('a'), node('b')]
  expect(serviceOf(objects)).toBe('svc-b')
  expect(serviceOf(objects, { headers: { 'x-test': '1' } })).toBe('svc-a')
})

test('a node that is not there leads nowhere', () => {
  const routes = [route('gone')]
  expect(serviceOf([front, object('VirtualRouter', 'router', { routes })])).toBeUndefined()
})

test('the older version has its routes in the service, under a name with the namespace', () => {
  const http = {
    match: { prefix: '/' },
    action: { weightedTargets: [{ virtualNodeName: 'a', weight: 1 }] },
  }
  const service = object('VirtualService', 'podinfo.test', { routes: [{ http }] }, 'v1beta1')
  const dns = { hostName: 'svc-a.test' }
  const old = object('VirtualNode', 'a', { serviceDiscovery: { dns } }, 'v1beta1')
  expect(serviceOf([service, old])).toBe('svc-a')
})
