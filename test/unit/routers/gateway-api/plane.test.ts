import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import { plane } from '../../../../src/routers/gateway-api/plane.ts'
import { gatewayApi } from '../../../../src/routers/gateway-api/router.ts'
import { seededRandom } from '../../../../src/sandbox/random.ts'
import type { UserRequest } from '../../../../src/sandbox/traffic/plane.ts'
import { contextWith, handMade, split } from './route.ts'

const called = { namespace: 'test', service: 'podinfo' }
const settings = { ingressAnnotationsPrefix: '' }
const to = (name: string) => [{ name, port: 80 }]
const at = (value: string, type = 'PathPrefix') => ({ path: { type, value } })
const header = (name: string, value: string) => ({ name, type: 'Exact', value })

function roadIn(routes: readonly KubeObject[]) {
  const served = routes.filter(({ kind }) => kind === 'HTTPRoute')
  return plane.road(called, { list: <T extends KubeObject>() => served as T[] }, settings)
}

function serviceFor(rules: object[], request: Partial<UserRequest> = {}, more: KubeObject[] = []) {
  const road = roadIn([handMade({ rules }), ...more])
  const whole = { method: 'GET', path: '/', headers: {}, ...request }
  return road?.(whole, seededRandom(1)).service
}

describe('the most specific match decides, wherever it stands', () => {
  test('an exact path before a prefix, and the longer prefix before the shorter', () => {
    const rules = [
      { matches: [at('/')], backendRefs: to('root') },
      { matches: [at('/a')], backendRefs: to('a') },
      { matches: [at('/a/b', 'Exact')], backendRefs: to('exact') },
    ]
    expect(serviceFor(rules, { path: '/x' })).toBe('root')
    expect(serviceFor(rules, { path: '/a/c' })).toBe('a')
    expect(serviceFor(rules, { path: '/ab' })).toBe('root')
    expect(serviceFor(rules, { path: '/a/b?q=1' })).toBe('exact')
  })

  test('then a method, then more headers, then more query parameters, then the first rule', () => {
    const headers = [header('a', '1'), header('b', '2')]
    const rules = [
      { backendRefs: to('all') },
      { backendRefs: to('later') },
      { matches: [{ queryParams: [header('q', '1')] }], backendRefs: to('query') },
      { matches: [{ headers: headers.slice(0, 1) }], backendRefs: to('one') },
      { matches: [{ headers }], backendRefs: to('two') },
      { matches: [{ method: 'PUT' }], backendRefs: to('put') },
    ]
    const of = { headers: { a: '1', b: '2' }, path: '/?q=1' }
    expect(serviceFor(rules, { ...of, method: 'PUT' })).toBe('put')
    expect(serviceFor(rules, of)).toBe('two')
    expect(serviceFor(rules, { ...of, headers: { a: '1' } })).toBe('one')
    expect(serviceFor(rules, { ...of, headers: {} })).toBe('query')
    expect(serviceFor(rules)).toBe('all')
  })
})

test('of two conditions on one header only the first counts', () => {
  const headers = [header('Cookie', 'x'), header('cookie', 'y')]
  const rules = [{ matches: [{ headers }], backendRefs: to('kept') }]
  expect(serviceFor(rules, { headers: { cookie: 'x' } })).toBe('kept')
})

test('a request that no rule takes, or whose backends weigh nothing, is not served', () => {
  expect(serviceFor([{ matches: [at('/a')], backendRefs: to('a') }])).toBeUndefined()
  expect(serviceFor([{ backendRefs: [{ name: 'a', weight: 0 }] }])).toBeUndefined()
})

test('a route that the API would refuse is not there', () => {
  const modifier = { type: 'ResponseHeaderModifier', responseHeaderModifier: {} }
  expect(roadIn([handMade({ rules: [{ filters: [modifier, modifier] }] })])).toBeUndefined()
  const filters = [{ type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch' } } }]
  const matches = [at('/a'), at('/b')]
  expect(roadIn([handMade({ rules: [{ filters, matches }] })])).toBeUndefined()
})

test('routes of one gateway share its requests, the closest host name first', () => {
  const rules = [{ backendRefs: to('podinfo') }]
  const other = (name: string, spec: object) => ({
    ...handMade({ rules: [{ matches: [at('/x')], backendRefs: to(name) }], ...spec }),
    metadata: { name, namespace: 'test', creationTimestamp: '2020-01-01T00:00:00Z' },
  })
  const beside = (...more: KubeObject[]) => serviceFor(rules, { path: '/x' }, more)
  expect(beside(other('same', {}))).toBe('same')
  expect(beside(other('elsewhere', { parentRefs: [{ name: 'inside' }] }))).toBe('podinfo')
})

describe('a mesh', () => {
  const parent = { group: '', kind: 'Service', name: 'podinfo', port: 80 }

  test('leads the requests to the Service that is the parent, and no others', () => {
    const route = gatewayApi.render(contextWith({ gatewayRefs: [parent] }), split)
    const road = roadIn(route)
    const random = seededRandom(1)
    const request = { method: 'GET', path: '/', headers: {} }
    const services = Array.from({ length: 1000 }, () => road?.(request, random).service)
    const share = services.filter((service) => service === 'podinfo-canary').length
    expect(share).toBeGreaterThan(150)
    expect(share).toBeLessThan(250)
  })
})

test('a user of a split test who met the canary stays there', () => {
  const match = [{ headers: { a: { exact: '1' }, b: { exact: '2' } } }]
  const analysis = { sessionAffinity: { cookieName: 'canary' }, match, stepWeight: 10 }
  const status = { sessionAffinityCookie: 'canary=abc' }
  const objects = gatewayApi.render(contextWith({}, { analysis, status }), split)
  const random = seededRandom(1)
  const road = roadIn(objects)
  const headers = { a: '1', b: '2', cookie: 'canary=abc' }
  const reached = Array.from(
    { length: 100 },
    () => road?.({ method: 'GET', path: '/', headers }, random).service,
  )
  expect(new Set(reached)).toEqual(new Set(['podinfo-canary']))
})

test('testers are found beside a service that asks for headers of its own', () => {
  const service = { match: [{ headers: { x: { exact: '1' }, y: { exact: '2' } } }] }
  const analysis = { iterations: 2, match: [{ headers: { tester: { exact: 'yes' } } }] }
  const objects = gatewayApi.render(contextWith(service, { analysis }), {
    primary: 0,
    canary: 100,
    mirrored: false,
  })
  const headers = { x: '1', y: '2' }
  const to = (more: object) =>
    roadIn(objects)?.({ method: 'GET', path: '/', headers: { ...headers, ...more } }, () => 0)
      .service
  expect(to({ tester: 'yes' })).toBe('podinfo-canary')
  expect(to({})).toBe('podinfo-primary')
})
