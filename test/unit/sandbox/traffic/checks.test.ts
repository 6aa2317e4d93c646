import { expect, test } from 'vitest'
import { plane as istio } from '../../../../src/routers/istio/plane.ts'
import { plane as linkerd } from '../../../../src/routers/linkerd/plane.ts'
import type { Served } from '../../../../src/sandbox/traffic/plane.ts'
import { town, users } from './support.ts'

const providers = [
  'istio',
  'nginx',
  'skipper',
  'traefik',
  'contour',
  'kuma',
  'linkerd',
  'osm',
  'smi:v1alpha2',
  'gloo',
  'appmesh:v1beta2',
]

test.each([...providers, 'apisix'])(
  'the built-in checks of %s pass for a healthy version',
  async (provider) => {
    const { route, traffic, clock, measure } = await town(provider)
    route({})
    route({ primary: 50, canary: 50 })
    traffic.setLoads([users])
    clock.step(60_000)
    const measured = await measure()
    expect(measured['request-success-rate']).toBe(100)
    expect(measured['request-duration']).toBeGreaterThan(10)
    expect(measured['request-duration']).toBeLessThan(150)
  },
)

test.each(providers)('%s counts the errors of the canary alone', async (provider) => {
  const { route, traffic, clock, profiles, measure } = await town(provider)
  profiles.set('podinfo:2', { errorRate: 0.1, medianMs: 700, p99Ms: 1_500 })
  route({})
  route({ primary: 50, canary: 50 })
  traffic.setLoads([users])
  clock.step(60_000)
  const measured = await measure()
  expect(measured['request-success-rate']).toBeGreaterThan(88)
  expect(measured['request-success-rate']).toBeLessThan(92)
  expect(measured['request-duration']).toBeGreaterThan(500)
})

test.each(providers)('%s has no values while nobody reaches the canary', async (provider) => {
  const { route, traffic, clock, measure } = await town(provider)
  route({ primary: 100, canary: 0 })
  traffic.setLoads([users])
  clock.step(60_000)
  expect((await measure())['request-success-rate']).toBeUndefined()
})

test('APISIX counts by route: what the primary serves dilutes the errors of the canary', async () => {
  const { route, traffic, clock, profiles, measure } = await town('apisix')
  profiles.set('podinfo:2', { errorRate: 0.1 })
  route({ primary: 50, canary: 50 })
  traffic.setLoads([users])
  clock.step(60_000)
  const measured = await measure()
  expect(measured['request-success-rate']).toBeGreaterThan(94)
  expect(measured['request-success-rate']).toBeLessThan(96)
})

test('errors are forgotten once they are older than the window', async () => {
  const { route, traffic, clock, profiles, measure } = await town('istio')
  profiles.set('podinfo:2', { errorRate: 0.5 })
  route({ primary: 0, canary: 100 })
  traffic.setLoads([users])
  clock.step(30_000)
  profiles.set('podinfo:2', { errorRate: 0 })
  clock.step(29_000)
  expect((await measure())['request-success-rate']).toBeLessThan(100)
  clock.step(2_000)
  expect((await measure())['request-success-rate']).toBe(100)
})

test('in plain Kubernetes the application itself counts what a load test sends to the canary', async () => {
  const { traffic, clock, profiles, measure } = await town('kubernetes', { iterations: 5 })
  profiles.set('podinfo:2', { errorRate: 0.2 })
  traffic.setLoads([users, { ...users, service: 'podinfo-canary' }])
  clock.step(60_000)
  const measured = await measure()
  expect(measured['request-success-rate']).toBeGreaterThan(77)
  expect(measured['request-success-rate']).toBeLessThan(83)
  expect(measured['request-duration']).toBeGreaterThan(50)
  expect(measured['request-duration']).toBeLessThan(150)
})

test('an ingress does not count what is sent past it, and a mesh does', async () => {
  const past = { ...users, service: 'podinfo-canary' }
  for (const [provider, expected] of [
    ['nginx', undefined],
    ['istio', 100],
  ] as const) {
    const { traffic, clock, measure } = await town(provider)
    traffic.setLoads([past])
    clock.step(10_000)
    expect((await measure())['request-success-rate']).toBe(expected)
  }
})

test('a request that no pod answered is reported by the caller alone', () => {
  const served: Served = {
    namespace: 'test',
    service: 'podinfo-canary',
    port: 80,
    via: undefined,
    endpoint: undefined,
    status: 503,
    latencyMs: 1,
  }
  const reporters = istio.counts(served).map(({ labels }) => labels.reporter)
  expect(new Set(reporters)).toEqual(new Set(['source']))
  expect(linkerd.counts(served)).toEqual([])
})
