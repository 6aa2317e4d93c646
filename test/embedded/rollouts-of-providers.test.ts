/**
 * A rollout that is promoted and one that is rolled back on every provider that moves traffic: its
 * data plane leads the users by the objects that the controller wrote, and the built-in checks
 * measure what they received.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { CanaryResource, CanaryStatus } from '../../src/canary/api.gen.ts'
import { planes } from '../../src/sandbox/planes.gen.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import type { Load } from '../../src/sandbox/traffic.ts'
import { contextOf, type Fixture, fixtures } from '../conformance/routers/fixtures.ts'
import { deployment, merged } from '../scenarios/scenario.ts'
import { namedProviders } from '../support/providers.ts'
import { startController } from './support/controller.ts'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await startSandbox({ startupMs: 100 })
  sandbox.profiles.set('podinfo:bad', { errorRate: 1 })
})
afterAll(() => sandbox.close())

const moving = namedProviders.flatMap(([name, { router }]): [string, Fixture][] => {
  const fixture = fixtures[name]
  const isLed = planes.some(({ serves }) => serves(name))
  if (!fixture || !isLed || fixture.ownTarget) return []
  const { weights } = router.abilities(contextOf({ provider: name, spec: fixture.spec }))
  return weights ? [[name, fixture]] : []
})

/** Twenty rollouts at once take minutes on a busy machine; nothing here depends on how many. */
const patienceMs = 600_000

// So long a window has requests in it, however long the machine did something else.
const check = (name: string, thresholdRange: object) => ({ name, interval: '1m', thresholdRange })
const analysis = {
  interval: '1s',
  threshold: 4,
  stepWeight: 30,
  maxWeight: 60,
  metrics: [check('request-success-rate', { min: 99 }), check('request-duration', { max: 500 })],
  // It counts both versions, and moves nothing.
  judge: { mode: 'Shadow' },
}

const loads: Load[] = []

/** podinfo behind the provider, with users who call it. */
function given([provider, { spec, cluster }]: (typeof moving)[number]) {
  const { store, traffic } = sandbox
  const namespace = `users-of-${provider.replaceAll(':', '-')}`
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const at = { metadata: { name: 'podinfo', namespace } }
  for (const object of cluster) store.create(merged(object, { metadata: { namespace } }))
  store.create(merged(deployment, at))
  const targetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' }
  const canary = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', ...at }
  store.create(merged(canary, { spec: { provider, ...spec, targetRef, analysis } }))
  const load = { namespace, service: 'podinfo', requestsPerSecond: 30 }
  loads.push(load)
  const ref = { apiVersion: canary.apiVersion, kind: 'Canary', namespace, name: 'podinfo' }
  return {
    onCanary: () => traffic.tally(load).reached['podinfo-canary'] ?? 0,
    sent: () => traffic.tally(load).sent,
    failed: () => traffic.tally(load).failed,
    run(image: string) {
      const containers = [{ name: 'podinfod', image }]
      const target = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'podinfo' }
      store.patch(target, { spec: { template: { spec: { containers } } } }, { type: 'strategic' })
    },
    reaches: (status: CanaryStatus) =>
      vi.waitFor(
        () => expect(store.get<CanaryResource>(ref)?.status, namespace).toMatchObject(status),
        { timeout: patienceMs, interval: 200 },
      ),
    counted() {
      const { judge } = store.get<CanaryResource>(ref)?.status?.canaryAnalysis ?? {}
      return judge?.metrics?.[0]
    },
    name: provider,
  }
}

/** Providers that count requests of both versions in one series. */
const isOneForAll = (name: string) => name === 'apisix'

async function promoted({
  name,
  run,
  reaches,
  onCanary,
  failed,
  counted,
}: ReturnType<typeof given>) {
  await reaches({ phase: 'Initialized' })
  const before = failed()
  run('podinfo:good')
  await reaches({ phase: 'Succeeded', canaryWeight: 0 })
  expect(failed(), name).toBe(before)
  expect(onCanary(), name).toBeGreaterThan(0)
  if (isOneForAll(name)) return expect(counted(), name).toBeUndefined()
  const { canary, primary } = counted() ?? {}
  expect([canary?.bad, primary?.bad], name).toEqual([0, 0])
  expect(
    [canary?.all, primary?.all].every((all = 0) => all > 0),
    name,
  ).toBe(true)
}

async function rolledBack({ name, run, reaches, ...of }: ReturnType<typeof given>) {
  const before = of.failed()
  run('podinfo:bad')
  await reaches({ phase: 'Failed', canaryWeight: 0 })
  const [met, lost, until] = [of.onCanary(), of.failed(), of.sent() + 100]
  expect(lost, name).toBeGreaterThan(before)
  if (!isOneForAll(name)) {
    const { canary, primary } = of.counted() ?? {}
    expect([canary?.bad, primary?.bad], name).toEqual([canary?.all, 0])
    expect(canary?.all, name).toBeGreaterThan(0)
  }
  await vi.waitFor(() => expect(of.sent(), name).toBeGreaterThan(until), {
    timeout: patienceMs,
    interval: 200,
  })
  expect([of.onCanary(), of.failed()], name).toEqual([met, lost])
}

const promise = 'every provider promotes what its users find well, and takes back what they do not'

test(promise, { timeout: patienceMs }, async () => {
  const towns = moving.map(given)
  sandbox.traffic.setLoads(loads)
  await startController({
    kubeconfig: sandbox.kubeconfigPath,
    flags: [`-metrics-server=${sandbox.prometheusUrl}`],
  })
  await Promise.all(
    towns.map(async (town) => {
      await promoted(town)
      await rolledBack(town)
    }),
  )
  expect(towns.length).toBeGreaterThan(0)
})
