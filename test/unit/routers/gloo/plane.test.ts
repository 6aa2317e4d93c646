import { expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import { plane } from '../../../../src/routers/gloo/plane.ts'
import type { UserRequest } from '../../../../src/sandbox/traffic/plane.ts'

const upstream = (name: string, serviceName: string) => ({
  apiVersion: 'gloo.solo.io/v1',
  kind: 'Upstream',
  metadata: { name, namespace: 'test' },
  spec: { kube: { serviceName } },
})

const table = (...routes: object[]) => ({
  apiVersion: 'gateway.solo.io/v1',
  kind: 'RouteTable',
  metadata: { name: 'podinfo', namespace: 'test' },
  spec: { routes },
})

const single = (name: string, matchers?: object[]) => ({
  ...(matchers && { matchers }),
  routeAction: { single: { upstream: { name } } },
})

function serviceOf(objects: KubeObject[], request: Partial<UserRequest> = {}, at = 0) {
  const list = <T extends KubeObject>({ kind }: { kind: string }) =>
    objects.filter((one) => one.kind === kind) as T[]
  const called = { namespace: 'test', service: 'podinfo' }
  const road = plane.road(called, { list }, { ingressAnnotationsPrefix: '' })
  return road?.({ method: 'GET', path: '/', headers: {}, ...request }, () => at).service
}

const known = [upstream('a', 'svc-a'), upstream('b', 'svc-b')]

test('the first route of which a matcher is met is taken', () => {
  const matchers = [{ prefix: '/api' }, { headers: [{ name: 'X-Test', value: '1' }] }]
  const objects = [...known, table(single('a', matchers), single('b'))]
  expect(serviceOf(objects)).toBe('svc-b')
  expect(serviceOf(objects, { path: '/api/x' })).toBe('svc-a')
  expect(serviceOf(objects, { headers: { 'x-test': '1' } })).toBe('svc-a')
})

test('a condition without a value only asks that there is one', () => {
  const matchers = [{ queryParameters: [{ name: 'beta' }] }]
  const objects = [...known, table(single('a', matchers))]
  expect(serviceOf(objects, { path: '/?beta=x' })).toBe('svc-a')
  expect(serviceOf(objects)).toBeUndefined()
})

test('a missing weight is zero, and an Upstream that is not there leads nowhere', () => {
  const destinations = [
    { destination: { upstream: { name: 'a' } } },
    { destination: { upstream: { name: 'b' } }, weight: 1 },
  ]
  expect(serviceOf([...known, table({ routeAction: { multi: { destinations } } })])).toBe('svc-b')
  expect(serviceOf([...known, table(single('c'))])).toBeUndefined()
})
