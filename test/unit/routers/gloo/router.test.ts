import { expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import { gloo } from '../../../../src/routers/gloo/router.ts'
import type { Specified } from '../../../../src/routers/metadata.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import { type ContextOf, contextOf } from '../../../conformance/routers/fixtures.ts'

const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }
const toCanary: Routes = { primary: 0, canary: 100, mirrored: false }
const half: Routes = { primary: 50, canary: 50, mirrored: false }

const contextWith = (cluster: KubeObject[] = [], of: ContextOf = {}) =>
  contextOf({ provider: 'gloo', ...of, cluster })

function rendered(routes: Routes, cluster: KubeObject[] = [], of: ContextOf = {}) {
  const [primary, canary, table] = gloo.render(contextWith(cluster, of), routes) as Specified[]
  if (!primary || !canary || !table) throw new Error('objects are missing')
  return { primary, canary, table, all: [primary, canary, table] }
}

const to = (side: string, weight?: number, name = 'podinfo') => ({
  destination: { upstream: { name: `test-${name}-${side}upstream-80`, namespace: 'test' } },
  ...(weight !== undefined && { weight }),
})

const split = (...destinations: object[]) => ({ routeAction: { multi: { destinations } } })

const testing = (match: ContextOf['analysis'] & object): ContextOf => ({
  analysis: { iterations: 2, stepWeight: 0, ...match },
})

const table = (routes: object[], of: object = {}): Specified => ({
  apiVersion: 'gateway.solo.io/v1',
  kind: 'RouteTable',
  metadata: { name: 'podinfo', namespace: 'test' },
  spec: { routes, ...of },
})

const upstream = (
  spec: Record<string, unknown>,
  name = 'config',
  namespace = 'test',
): Specified => ({
  apiVersion: 'gloo.solo.io/v1',
  kind: 'Upstream',
  metadata: { name, namespace },
  spec,
})

test('Upstreams come before the table, and select what their Services select', () => {
  const { primary, canary, all } = rendered(toPrimary)
  expect(all.map(({ kind }) => kind)).toEqual(['Upstream', 'Upstream', 'RouteTable'])
  expect([primary.metadata.name, canary.metadata.name]).toEqual([
    'test-podinfo-primaryupstream-80',
    'test-podinfo-canaryupstream-80',
  ])
  const kube = (serviceName: string, app: string) => ({
    serviceName,
    serviceNamespace: 'test',
    servicePort: 80,
    selector: { app },
  })
  expect(primary.spec).toEqual({ kube: kube('podinfo-primary', 'podinfo-primary') })
  expect(canary.spec).toEqual({ kube: kube('podinfo-canary', 'podinfo') })
})

test('without a port nothing is written, and one sentence says why', () => {
  expect(() => rendered(toPrimary, [], { spec: { service: {} } as never })).toThrow(/port/)
})

test('a new table has one route for all paths, and leaves a weight of zero out', () => {
  const { table: made } = rendered(toPrimary)
  expect(made.spec).toEqual({
    routes: [{ inheritablePathMatchers: true, ...split(to('primary', 100), to('canary')) }],
  })
})

test('other names and ports are those of the Service', () => {
  const { table: made, primary } = rendered(half, [], {
    spec: { service: { port: 80, name: 'web' } },
  })
  expect(made.metadata.name).toBe('web')
  expect(primary.metadata.name).toBe('test-web-primaryupstream-80')
  expect(made.spec?.routes).toMatchObject([
    split(to('primary', 50, 'web'), to('canary', 50, 'web')),
  ])
})

const settings = {
  sslConfig: { parameters: { minimumProtocolVersion: 'TLSv1_2' } },
  circuitBreakers: { maxRequests: 10 },
  connectionConfig: { maxRequestsPerConnection: 5 },
  loadBalancerConfig: { roundRobin: { slowStartConfig: { minWeightPercent: 10 } } },
  useHttp2: true,
  httpProxyHostname: 'proxy',
}
const configRef = { apiVersion: 'gloo.solo.io/v1', kind: 'Upstream', name: 'config' } as const
const withConfig = {
  spec: { service: { port: 80 }, upstreamRef: configRef },
}

test('both Upstreams are like the one that the Canary names, and follow it', () => {
  const first = rendered(toPrimary, [upstream({ ...settings, static: {} })], withConfig)
  for (const { spec } of [first.primary, first.canary]) {
    expect(spec).toMatchObject(settings)
    expect(spec).not.toHaveProperty('static')
  }
  const leastRequest = { leastRequest: { choiceCount: 3 } }
  const changed = upstream({ useHttp2: false, loadBalancerConfig: leastRequest })
  const second = rendered(toPrimary, [changed, ...first.all], withConfig)
  for (const { spec } of [second.primary, second.canary]) {
    const { kube, ...copied } = spec ?? {}
    expect(kube).toBeDefined()
    expect(copied).toEqual({ useHttp2: false, loadBalancerConfig: leastRequest })
  }
})

test('an Upstream that is not there is named, and stops no rollback', () => {
  expect(() => rendered(toPrimary, [], withConfig)).toThrow(
    'config upstream config.test get query error: not found; create it, or correct spec.upstreamRef of canary podinfo.test',
  )
  const { all } = rendered(half)
  const [back] = gloo.render(contextWith(all, withConfig), toPrimary) as Specified[]
  expect(back?.spec?.routes).toMatchObject([split(to('primary', 100), to('canary'))])
})

test('a rollback leads a route that somebody took the primary out of to the primary', () => {
  const { all } = rendered(half)
  const [primary, canary] = all
  if (!primary || !canary) throw new Error('objects are missing')
  const found = table([split(to('canary', 30)), split(to('canary'), to('primary', 1, 'legacy'))])
  const [back] = gloo.render(contextWith([primary, canary, found], withConfig), toPrimary)
  expect(back).toMatchObject({
    spec: { routes: [split(to('primary', 30)), split(to('primary'), to('primary', 1, 'legacy'))] },
  })
})

test('an Upstream of another namespace is found by its namespace', () => {
  const upstreamRef = { ...configRef, namespace: 'gloo-system' }
  const there = upstream({ useHttp2: true }, 'config', 'gloo-system')
  const { canary } = rendered(half, [there], { spec: { service: { port: 80 }, upstreamRef } })
  expect(canary.spec).toMatchObject({ useHttp2: true })
})

test('an Upstream of another namespace gives its settings, and the Secrets in them, with consent only', () => {
  const spec = { service: { port: 80 }, upstreamRef: { ...configRef, namespace: 'bank' } }
  const sslConfig = { secretRef: { name: 'client-key', namespace: 'bank' } }
  const there = upstream({ sslConfig }, 'config', 'bank')
  const sharing = { isRequired: true, home: 'flagger-system' }
  const sharedBy = (found: Specified) => rendered(half, [found], { spec, settings: { sharing } })
  expect(() => sharedBy(there)).toThrow(
    'config upstream config.bank: it is not shared with namespace test; add test to its annotation flagger.app/shared-with',
  )
  const annotations = { 'flagger.app/shared-with': 'test' }
  const shared = { ...there, metadata: { ...there.metadata, annotations } }
  expect(sharedBy(shared).canary.spec).toMatchObject({ sslConfig })
})

test('the selector follows that of the Service', () => {
  const { all } = rendered(half)
  const facts = { targetLabels: { app: 'podinfo', tier: 'web' } }
  expect(rendered(half, all, { facts }).canary.spec).toMatchObject({
    kube: { selector: { app: 'podinfo', tier: 'web' } },
  })
})

test('a test has a route of its own before the one for all others', () => {
  const match = [
    { headers: { 'x-canary': { exact: 'insider' }, 'user-agent': { regex: '.*Firefox.*' } } },
    { queryParams: { beta: { exact: 'yes' } } },
  ]
  const { table: made } = rendered(toCanary, [], testing({ match }))
  expect(made.spec?.routes).toEqual([
    {
      name: 'podinfo-canary-test',
      inheritablePathMatchers: true,
      matchers: [
        {
          headers: [
            { name: 'user-agent', value: '.*Firefox.*', regex: true },
            { name: 'x-canary', value: 'insider' },
          ],
        },
        { queryParameters: [{ name: 'beta', value: 'yes' }] },
      ],
      ...split(to('primary'), to('canary', 100)),
    },
    { inheritablePathMatchers: true, ...split(to('primary', 100), to('canary')) },
  ])
})

test('prefix and suffix of a header are what they say', () => {
  const match = [{ headers: { a: { prefix: 'v1.' }, b: { suffix: '+x' } } }]
  const { table: made } = rendered(toCanary, [], testing({ match }))
  expect(made.spec?.routes).toMatchObject([
    {
      matchers: [
        {
          headers: [
            { name: 'a', value: 'v1\\..*', regex: true },
            { name: 'b', value: '.*\\+x', regex: true },
          ],
        },
      ],
    },
    {},
  ])
})

test.each([
  [[{ sourceLabels: { app: 'web' } }]],
  [[{ headers: { a: { exact: '1' } } }, {}]],
  [[{ headers: { a: {} } }]],
])('a test that can’t be expressed lets nobody in: %j', (match) => {
  expect(gloo.abilities(contextWith([], testing({ match }))).match).toBe(false)
  const { table: made } = rendered(toPrimary, [], testing({ match }))
  expect(made.spec?.routes).toHaveLength(1)
  expect(() => rendered(half, [], { analysis: { stepWeight: 10, match } })).toThrow(
    /^canary podinfo\.test: spec\.analysis\.match can't be expressed with provider gloo; give each/,
  )
})

const files = {
  matchers: [{ prefix: '/static' }],
  routeAction: { single: { upstream: { name: 'f' } } },
}
const apex = { upstream: { name: 'test-podinfo-80', namespace: 'gloo-system' } }

test('of a table that is taken over other routes stay, and those to the apex are split', () => {
  const own = {
    matchers: [{ prefix: '/api' }],
    options: { timeout: '5s' },
    routeAction: { single: apex },
  }
  const there = table([files, own], { weight: 2 })
  const first = rendered(half, [there]).table
  expect(first.spec).toEqual({
    weight: 2,
    routes: [files, { ...own, ...split(to('primary', 50), to('canary', 50)) }],
  })
  const match = [{ headers: { a: { exact: '1' } } }]
  const running = rendered(toCanary, [first], testing({ match })).table
  expect(running.spec?.routes).toMatchObject([
    files,
    { matchers: [{ prefix: '/api', headers: [{ name: 'a', value: '1' }] }] },
    { matchers: [{ prefix: '/api' }] },
  ])
  expect(rendered(half, [running]).table).toEqual(first)
})

test('other destinations of a route keep their share beside the apex', () => {
  const destinations = [
    { destination: apex, weight: 3, options: { a: 1 } },
    { destination: { upstream: { name: 'legacy' } }, weight: 1 },
  ]
  const { table: made } = rendered(half, [table([split(...destinations)])])
  expect(made.spec?.routes).toMatchObject([
    split(
      { ...to('primary', 150), options: { a: 1 } },
      { ...to('canary', 150), options: { a: 1 } },
      { destination: { upstream: { name: 'legacy' } }, weight: 100 },
    ),
  ])
  expect(gloo.routes(contextWith([made]))).toEqual(half)
})

test('a table whose own routes leave the canary no request is refused by its route', () => {
  const all = { matchers: [{ prefix: '/' }], routeAction: files.routeAction }
  expect(() => rendered(toPrimary, [table([files, all])])).toThrow(
    'RouteTable podinfo.test: route 2 of its own takes every request, so that canary podinfo.test would get none; let a route lead to podinfo, or remove that one',
  )
  expect(rendered(toPrimary, [table([files])]).table.spec?.routes).toHaveLength(2)
})

test('two weights of zero are named', () => {
  expect(() => gloo.routes(contextWith([table([split(to('primary'), to('canary'))])]))).toThrow(
    'RouteTable podinfo.test has no weight for podinfo-primary and podinfo-canary: give one of them a weight',
  )
})

test('what Gloo wrote of the table is sent back, and a refusal is waited for in its words', () => {
  const { all, table: made } = rendered(half)
  const accepted = (status: object) => {
    const found = [...all, { ...made, status }]
    expect(rendered(half, found).table).toMatchObject({ status })
    return gloo.accepted(contextWith(found), half)
  }
  expect(accepted({ statuses: { 'gloo-system': { state: 'Accepted' } } }).state).toBe('accepted')
  expect(accepted({ state: 1 }).state).toBe('accepted')
  const reason = 'upstream not found'
  const refusal = {
    state: 'pending',
    why: 'RouteTable podinfo.test is rejected by Gloo: upstream not found',
  }
  expect(accepted({ statuses: { 'gloo-system': { state: 'Rejected', reason } } })).toEqual(refusal)
  expect(accepted({ state: 2, reason })).toEqual(refusal)
})

test('fields that only the VirtualService can have are named once', () => {
  const spec = { service: { port: 80, hosts: ['a.example.com'] } }
  expect(gloo.warnings?.(contextWith([], { spec }))).toEqual([
    'canary podinfo.test: spec.service.hosts has no effect with provider gloo; remove it',
  ])
})

test('a route of users to the canary, such as for a preview, stays what it is, and is no split', () => {
  const preview = { matchers: [{ prefix: '/preview' }], ...split(to('canary')) }
  const apex = {
    destination: { upstream: { name: 'test-podinfo-80', namespace: 'test' } },
  }
  const found = table([preview, split(apex)])
  expect(gloo.routes(contextWith([found]))).toBeUndefined()
  const taken = rendered(toPrimary, [found])
  expect(taken.table.spec).toMatchObject({
    routes: [preview, split(to('primary', 100), to('canary'))],
  })
  expect(gloo.routes(contextWith([taken.table]))).toEqual(toPrimary)
  const next = rendered(half, [taken.table])
  expect(next.table.spec).toMatchObject({
    routes: [preview, split(to('primary', 50), to('canary', 50))],
  })
  expect(gloo.routes(contextWith([next.table]))).toEqual(half)
  const { write } = gloo.restore(contextWith([next.table]))
  expect(write).toMatchObject([{ spec: found.spec }])
})
