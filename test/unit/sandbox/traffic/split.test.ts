import { expect, test } from 'vitest'
import { town, users } from './support.ts'

/** Percent of the users' requests that reached the canary. */
function canaryShare({ reached, sent }: { reached: Record<string, number>; sent: number }): number {
  return (100 * (reached['podinfo-canary'] ?? 0)) / sent
}

test.each(['istio', 'nginx', 'skipper'])('%s splits requests by its weights', async (provider) => {
  const { route, traffic, clock } = await town(provider)
  // The first copy of an Ingress takes no weight from the canary.
  route({})
  route({ primary: 70, canary: 30 })
  traffic.setLoads([users])
  clock.step(50_000)
  const tally = traffic.tally(users)
  expect(tally.sent).toBeGreaterThan(9_900)
  expect(tally.failed).toBe(0)
  expect(canaryShare(tally)).toBeGreaterThan(28.5)
  expect(canaryShare(tally)).toBeLessThan(31.5)
})

test('with weight 0 nobody reaches the canary', async () => {
  const { route, traffic, clock } = await town('istio')
  route({ primary: 100, canary: 0 })
  traffic.setLoads([users])
  clock.step(20_000)
  expect(Object.keys(traffic.tally(users).reached)).toEqual(['podinfo-primary'])
})

test('a change of the routing objects counts from the next round on', async () => {
  const { route, traffic, clock } = await town('istio')
  route({ primary: 100, canary: 0 })
  traffic.setLoads([users])
  clock.step(5_000)
  expect(traffic.tally(users).reached['podinfo-canary']).toBeUndefined()
  route({ primary: 0, canary: 100 })
  clock.step(500)
  expect(traffic.tally(users).reached['podinfo-canary']).toBe(100)
})

test('in an A/B test only requests that meet the conditions reach the canary', async () => {
  const match = [{ headers: { 'x-canary': { exact: 'insider' } } }]
  const { route, traffic, clock } = await town('istio', { iterations: 5, match })
  route({ primary: 0, canary: 100 })
  traffic.setLoads([{ ...users, matching: 0.2 }])
  clock.step(50_000)
  const share = canaryShare(traffic.tally(users))
  expect(share).toBeGreaterThan(18.5)
  expect(share).toBeLessThan(21.5)
})

test('copies reach the canary beside the requests of users, and nobody waits for their answers', async () => {
  const { route, traffic, clock, profiles } = await town('istio', { mirror: true, stepWeight: 10 })
  profiles.set('podinfo:2', { errorRate: 1 })
  route({ primary: 100, canary: 0, mirrored: true, mirrorWeight: 40 })
  traffic.setLoads([users])
  clock.step(50_000)
  const { sent, failed, copied, reached } = traffic.tally(users)
  expect(reached).toEqual({ 'podinfo-primary': sent })
  expect(failed).toBe(0)
  expect(copied / sent).toBeGreaterThan(0.385)
  expect(copied / sent).toBeLessThan(0.415)
})

test('plain Kubernetes sends by the selector of the Service that is called', async () => {
  const { traffic, clock } = await town('kubernetes', { iterations: 5 })
  const tester = { ...users, service: 'podinfo-canary' }
  traffic.setLoads([users, tester])
  clock.step(5_000)
  expect(traffic.tally(users)).toMatchObject({ sent: 1_000, reached: { podinfo: 1_000 } })
  expect(traffic.tally(tester)).toMatchObject({ sent: 1_000, reached: { 'podinfo-canary': 1_000 } })
})

test('a Service without a ready pod fails every request', async () => {
  const { route, scale, traffic, clock } = await town('istio')
  route({ primary: 50, canary: 50 })
  scale('podinfo', 0)
  traffic.setLoads([users])
  clock.step(50_000)
  const { sent, failed, reached } = traffic.tally(users)
  expect(failed).toBe(reached['podinfo-canary'])
  expect(failed / sent).toBeGreaterThan(0.48)
  expect(failed / sent).toBeLessThan(0.52)
})

test('requests to a Service that does not exist fail', async () => {
  const { traffic, clock } = await town('istio')
  const load = { ...users, service: 'nobody' }
  traffic.setLoads([load])
  clock.step(1_000)
  expect(traffic.tally(load)).toMatchObject({ sent: 200, failed: 200 })
})

test('routing objects that nobody can read split nothing', async () => {
  const { route, store, traffic, clock } = await town('istio')
  route({ primary: 0, canary: 0 })
  traffic.setLoads([users])
  clock.step(1_000)
  expect(traffic.tally(users).reached).toEqual({ podinfo: 200 })
  store.delete({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    name: 'virtualservices.networking.istio.io',
  })
  clock.step(1_000)
  expect(traffic.tally(users).reached).toEqual({ podinfo: 400 })
})

test('parts of requests add up, and no load sends nothing', async () => {
  const { traffic, clock } = await town('istio')
  traffic.setLoads([{ ...users, requestsPerSecond: 0.7 }])
  clock.step(100_000)
  expect(traffic.tally(users).sent).toBe(70)
  traffic.setLoads([])
  clock.step(100_000)
  expect(traffic.tally(users).sent).toBe(70)
})

test('two loads on one Service are sent beside each other', async () => {
  const { traffic, clock } = await town('istio')
  traffic.setLoads([
    { ...users, requestsPerSecond: 0.7 },
    { ...users, requestsPerSecond: 0.1 },
  ])
  clock.step(100_000)
  expect(traffic.tally(users).sent).toBe(80)
})

test('equal seeds give equal traffic', async () => {
  const run = async () => {
    const { route, traffic, clock } = await town('istio')
    route({ primary: 60, canary: 40 })
    traffic.setLoads([users])
    clock.step(10_000)
    return traffic.tally(users)
  }
  expect(await run()).toEqual(await run())
})
