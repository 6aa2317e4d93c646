/**
 * Rollouts behind every provider on an API server of which requests are lost, refused, cut and
 * late: each ends, and each hook is called as often as on a server that is well.
 */
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { refOf } from '../../src/objects.ts'
import { customKinds } from '../../src/sandbox/definitions.ts'
import { seededRandom } from '../../src/sandbox/random.ts'
import { contextOf, type Fixture, fixtures } from '../conformance/routers/fixtures.ts'
import { type EmbeddedCluster, startCluster } from '../embedded/support/cluster.ts'
import { type Controller, startController } from '../embedded/support/controller.ts'
import { askedWhileIdle } from '../embedded/support/quiet.ts'
import { givenOutside, type Outside } from '../embedded/support/rollout.ts'
import { deployment, merged } from '../scenarios/scenario.ts'
import { providerNamed } from '../support/providers.ts'
import { type FaultyProxy, startFaultyProxy } from './proxy.ts'
import { sizeOf, timeout } from './size.ts'

const rounds = sizeOf('faults', 1)
const seed = sizeOf('seed', 1)
/** One rollout of all providers at once, on a busy machine. */
const patienceMs = timeout / 6

let cluster: EmbeddedCluster
let proxy: FaultyProxy

beforeAll(async () => {
  cluster = await startCluster()
  defineAll()
  proxy = await startFaultyProxy(cluster.server.url, seededRandom(seed))
})
afterAll(async () => {
  proxy.close()
  await cluster.close()
})

const types = [
  'confirm-rollout',
  'pre-rollout',
  'rollout',
  'confirm-traffic-increase',
  'confirm-promotion',
  'post-rollout',
  'rollback',
]

const onceEach = { 'confirm-rollout': 1, 'pre-rollout': 1, 'post-rollout': 1 }

/** Each kind of a provider: one that is missing is asked for now and then. */
function defineAll(): void {
  for (const definition of customKinds())
    if (!cluster.store.get(refOf(definition))) cluster.store.create(definition)
}

/** A Canary with a hook of each type; their addresses are told apart by the namespace. */
function canarySpec([provider, { spec }]: [string, Fixture], hooks: string): object {
  const { weights } = providerNamed(provider).router.abilities(contextOf({ provider, spec }))
  const steps = weights ? { stepWeight: 30, maxWeight: 60 } : { iterations: 2 }
  const webhooks = types.map((type) => ({
    ...{ name: type, type, url: `${hooks}/${type}` },
    ...(type === 'rollback' && { call: 'onRollback' }),
  }))
  const metrics = [{ name: 'success', query: 'success', thresholdRange: { min: 99 } }]
  const targetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' }
  const analysis = { interval: '500ms', threshold: 3, ...steps, metrics, webhooks }
  return { provider, ...spec, progressDeadlineSeconds: 600, targetRef, analysis }
}

/** podinfo behind a provider. */
function given(of: [string, Fixture], outside: Outside) {
  const { store } = cluster
  const [provider, { cluster: found }] = of
  const namespace = `behind-${provider.replaceAll(':', '-')}`
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
  const at = { metadata: { name: 'podinfo', namespace } }
  for (const object of found) store.create(merged(object, { metadata: { namespace } }))
  store.create(merged(deployment, at))
  const canary = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary' }
  const spec = canarySpec(of, `${outside.url}/${namespace}`)
  store.create(merged({ ...canary, ...at }, { spec }))
  const ref = { namespace, name: 'podinfo' }
  const status = () => store.get<CanaryResource>({ ...canary, ...ref })?.status
  return {
    namespace,
    promoted: () => status()?.lastPromotedSpec,
    roll(image: string) {
      const containers = [{ name: 'podinfod', image }]
      const target = { apiVersion: 'apps/v1', kind: 'Deployment', ...ref }
      store.patch(target, { spec: { template: { spec: { containers } } } }, { type: 'strategic' })
    },
    reaches: (phase: string, before?: string) =>
      vi.waitFor(
        () => {
          expect(status(), namespace).toMatchObject({ phase })
          expect(status()?.lastPromotedSpec, namespace).not.toBe(before)
        },
        { timeout: patienceMs, interval: 100 },
      ),
  }
}

type Town = ReturnType<typeof given>

type Calls = Readonly<Record<string, number>>

/** How often each hook of a namespace was called from the request of that number on. */
function callsOf(town: Town, { requests }: Outside, from: number): Calls {
  const calls: Record<string, number> = {}
  for (const { path: at } of requests.slice(from)) {
    const [, namespace, type = ''] = at.split('/')
    if (namespace === town.namespace) calls[type] = (calls[type] ?? 0) + 1
  }
  return calls
}

/** Rolls the image out everywhere; gives what each town's hooks were asked, in their order. */
function rolledOut(towns: readonly Town[], image: string, outside: Outside): Promise<Calls[]> {
  const from = outside.requests.length
  return Promise.all(
    towns.map(async (town) => {
      const before = town.promoted()
      town.roll(image)
      await town.reaches('Succeeded', before)
      // It comes after the write of the status.
      const isTold = () => callsOf(town, outside, from)['post-rollout']
      await expect.poll(isTold, { timeout: patienceMs, interval: 100 }).toBeDefined()
      return callsOf(town, outside, from)
    }),
  )
}

async function startBehindProxy(outside: Outside): Promise<Controller> {
  const file = path.join(cluster.folder, 'by-proxy')
  writeFileSync(file, cluster.server.kubeconfig.replaceAll(cluster.server.url, proxy.url))
  return startController({ kubeconfig: file, flags: [`-metrics-server=${outside.url}`] })
}

const promise =
  'behind every provider a rollout ends on an API server that spoils one request of five, and calls each hook as often as on one that is well'

test(promise, { timeout }, async () => {
  const outside = await givenOutside()
  const towns = Object.entries(fixtures)
    .filter(([, { ownTarget }]) => !ownTarget)
    .map((fixture) => given(fixture, outside))
  const controller = await startBehindProxy(outside)
  onTestFinished(() => proxy.setOneOf(0))
  await Promise.all(towns.map((town) => town.reaches('Initialized')))
  const calm = await rolledOut(towns, 'podinfo:calm', outside)
  expect(await askedWhileIdle(cluster)).toEqual({})

  proxy.setOneOf(5)
  for (let round = 1; round <= rounds; round++) {
    const start = controller.output().length
    const calls = await rolledOut(towns, `podinfo:${round}`, outside)
    const said = (namespace: string) =>
      controller
        .output()
        .slice(start)
        .split('\n')
        .filter((line) => line.includes(`podinfo.${namespace}"`))
        .join('\n')
    for (const [at, { namespace }] of towns.entries())
      expect(calls[at], `${namespace}, rollout ${round}:\n${said(namespace)}`).toEqual(calm[at])
  }

  for (const calls of calm) expect(calls).toMatchObject(onceEach)
  expect(controller.output()).not.toContain('"defect"')
  console.log(`${towns.length} providers, ${rounds} rollouts of each: ${described(proxy.counts())}`)
})

function described(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([fault, times]) => `${fault} ${times} times`)
    .join(', ')
}
