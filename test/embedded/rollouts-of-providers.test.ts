/**
 * A rollout that is promoted and one that is rolled back on every provider that moves traffic, also
 * where several Ingresses or HTTPRoutes lead to the canary: its data plane leads the users by the
 * objects that the controller wrote, and the built-in checks measure what they received.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { CanaryResource, CanaryStatus } from '../../src/canary/api.gen.ts'
import { planes } from '../../src/sandbox/planes.gen.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts'
import type { Load } from '../../src/sandbox/traffic.ts'
import { ingress, ingressRef } from '../conformance/routers/fixtures/ingress.ts'
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

interface Town extends Pick<Fixture, 'spec' | 'cluster'> {
  name: string
  provider: string
  /** By which users come in; absent: by whatever leads to the Service. */
  hosts?: string[]
}

const moving = namedProviders.flatMap(([name, { router }]): Town[] => {
  const fixture = fixtures[name]
  const isLed = planes.some(({ serves }) => serves(name))
  if (!fixture || !isLed || fixture.ownTarget) return []
  const { weights } = router.abilities(contextOf({ provider: name, spec: fixture.spec }))
  return weights ? [{ name, provider: name, ...fixture }] : []
})

const ownHost = 'app.example.com'
const otherHost = 'app.internal'
const other = { name: 'internal', namespace: 'test' }

/** Another Ingress that leads to the same canary, by a host of its own. */
const otherIngress = {
  ...ingress,
  metadata: other,
  spec: {
    ...ingress.spec,
    rules: ingress.spec.rules.slice(0, 1).map((rule) => ({ ...rule, host: otherHost })),
  },
}

/** A route that the user keeps, beside the one that is made for the canary. */
const otherRoute = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: other,
  spec: {
    parentRefs: [{ name: 'public', namespace: 'infra' }],
    hostnames: [otherHost],
    rules: [{ backendRefs: [{ name: 'podinfo', port: 80 }] }],
  },
}

/** Where users come in by more than one object. */
const several = [
  {
    provider: 'nginx',
    more: otherIngress,
    named: { ingressRefs: [{ ...ingressRef, name: other.name }] },
  },
  {
    provider: 'skipper',
    more: otherIngress,
    named: { ingressRefs: [{ ...ingressRef, name: other.name }] },
  },
  {
    provider: 'gatewayapi:v1',
    more: otherRoute,
    named: { httpRouteRefs: [{ name: other.name }] },
  },
].flatMap(({ provider, more, named }): Town[] => {
  const fixture = fixtures[provider]
  if (!fixture) return []
  const spec = { ...fixture.spec, ...named }
  const cluster = [...fixture.cluster, more]
  return [{ name: `${provider}-several`, provider, spec, cluster, hosts: [ownHost, otherHost] }]
})

/** Twenty rollouts at once take minutes on a busy machine; nothing here depends on how many. */
const patienceMs = 600_000

// So long a window has requests in it, however long the machine did something else.
const check = (name: string, thresholdRange: object) => ({ name, interval: '1m', thresholdRange })
const analysis = {
  interval: '1s',
  threshold: 4,
  // As many looks as give each version something to count, also where the first come too early.
  stepWeight: 10,
  maxWeight: 60,
  metrics: [check('request-success-rate', { min: 99 }), check('request-duration', { max: 500 })],
  // It counts both versions, and moves nothing.
  judge: { mode: 'Shadow' },
}

const loads: Load[] = []

/** podinfo behind the provider, with users who call it. */
function given({ name, provider, spec, cluster, hosts = [] }: Town) {
  const { store, traffic } = sandbox
  const namespace = `users-of-${name.replaceAll(':', '-')}`
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const at = { metadata: { name: 'podinfo', namespace } }
  for (const object of cluster) store.create(merged(object, { metadata: { namespace } }))
  store.create(merged(deployment, at))
  const targetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' }
  const canary = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', ...at }
  store.create(merged(canary, { spec: { provider, ...spec, targetRef, analysis } }))
  const load = { namespace, service: 'podinfo', requestsPerSecond: 30 }
  const own = hosts.length > 0 ? hosts.map((host) => ({ ...load, host })) : [load]
  loads.push(...own)
  const tallies = () => own.map((one) => traffic.tally(one))
  const ref = { apiVersion: canary.apiVersion, kind: 'Canary', namespace, name: 'podinfo' }
  return {
    users: own,
    /** Of each host. */
    onCanary: () => tallies().map(({ reached }) => reached['podinfo-canary'] ?? 0),
    failed: () => tallies().map(({ failed }) => failed),
    /** Resolves when so many requests more were sent to each host. */
    async sends(count: number) {
      const until = tallies().map(({ sent }) => sent + count)
      await vi.waitFor(
        () =>
          expect(
            areAbove(
              tallies().map(({ sent }) => sent),
              until,
            ),
            name,
          ).toBe(true),
        { timeout: patienceMs, interval: 200 },
      )
    },
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
    name,
  }
}

/** None of the numbers is as small as the other one in its place. */
const areAbove = (numbers: readonly number[], others: readonly number[]) =>
  numbers.every((number, at) => number > (others[at] ?? 0))

/** Providers that count requests of both versions in one series. */
const isOneForAll = (name: string) => name === 'apisix'

async function promoted({
  name,
  run,
  reaches,
  onCanary,
  failed,
  counted,
  sends,
}: ReturnType<typeof given>) {
  await reaches({ phase: 'Initialized' })
  // Windows begin with a whole second: what failed while there were no pods is none of this run's.
  await sends(60)
  const before = failed()
  run('podinfo:good')
  await reaches({ phase: 'Succeeded', canaryWeight: 0 })
  expect(failed(), name).toEqual(before)
  expect(areAbove(onCanary(), []), name).toBe(true)
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
  const [met, lost] = [of.onCanary(), of.failed()]
  expect(areAbove(lost, before), name).toBe(true)
  if (!isOneForAll(name)) {
    const { canary, primary } = of.counted() ?? {}
    expect([canary?.bad, primary?.bad], name).toEqual([canary?.all, 0])
    expect(canary?.all, name).toBeGreaterThan(0)
  }
  await of.sends(100)
  expect([of.onCanary(), of.failed()], name).toEqual([met, lost])
}

const promise = 'every provider promotes what its users find well, and takes back what they do not'

test(promise, { timeout: patienceMs }, async () => {
  const towns = [...moving, ...several].map(given)
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

const plain =
  'plain Kubernetes promotes what testers find well, takes back what they do not, and no user fails'

test(plain, { timeout: patienceMs }, async () => {
  const { store, traffic } = sandbox
  const town = given({
    name: 'plain',
    provider: 'kubernetes',
    spec: { service: { port: 80 } },
    cluster: [],
  })
  const testers = town.users.map((load) => ({ ...load, service: 'podinfo-canary' }))
  const [ofTesters] = testers
  if (!ofTesters) throw new Error('nobody tests')
  const { namespace } = ofTesters
  traffic.setLoads([...town.users, ...testers])
  await startController({
    kubeconfig: sandbox.kubeconfigPath,
    flags: [`-metrics-server=${sandbox.prometheusUrl}`, `-namespace=${namespace}`],
  })
  const primary = () =>
    JSON.stringify(
      store.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'podinfo-primary' }),
    )
  await town.reaches({ phase: 'Initialized' })
  const before = town.failed()

  town.run('podinfo:good')
  await town.reaches({ phase: 'Succeeded' })
  expect(primary()).toContain('"podinfo:good"')

  town.run('podinfo:bad')
  await town.reaches({ phase: 'Failed' })
  expect(primary()).toContain('"podinfo:good"')
  expect(traffic.tally(ofTesters).answered.podinfo?.failed).toBeGreaterThan(0)
  expect([town.failed(), town.onCanary()]).toEqual([before, [0]])
})
