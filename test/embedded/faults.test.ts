/** Rollouts on an API server that misbehaves: they take longer, and end as they would have. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import type { Asked } from '../../src/sandbox/api/http/accounting.ts'
import type { Fault } from '../../src/sandbox/api/http/faults.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { type Controller, startController } from './support/controller.ts'
import { givenOutside, givenRollout, patience, type Rollout } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster({ bookmarkIntervalMs: 500 })
})
afterAll(() => cluster.close())

const writes = ['create', 'update', 'patch', 'delete']

/** What the server does to the n-th request of a namespace. */
const faults: Readonly<Record<string, (asked: Asked, n: number) => Fault | undefined>> = {
  'answers every second write with a conflict': ({ verb }, n) =>
    writes.includes(verb) && n % 2 === 0
      ? { status: 409, reason: 'Conflict', message: 'the object has been modified' }
      : undefined,
  'is overloaded at every third request': (_, n) =>
    n % 3 === 0 ? { status: 429, reason: 'TooManyRequests', retryAfter: 1 } : undefined,
  'fails at every third request': (_, n) => (n % 3 === 0 ? { status: 500 } : undefined),
  'takes every write at the fourth try only': ({ verb }, n) =>
    writes.includes(verb) && n % 4 !== 0
      ? { status: 503, reason: 'ServiceUnavailable' }
      : undefined,
  'breaks every third connection': (_, n) => (n % 3 === 0 ? { closeConnection: true } : undefined),
  'takes its time with everything': () => ({ delayMs: 200 }),
}

test.each(Object.entries(faults))(
  'a server that %s delays a promotion, no more',
  async (_, rule) => {
    const namespace = 'faulty'
    const { controller, rollout } = await given(namespace)
    let n = 0
    const repair = cluster.server.fault((asked) => {
      if (asked.verb === 'watch' || asked.namespace !== namespace) return undefined
      n += 1
      return rule(asked, n)
    })
    onTestFinished(repair)

    rollout.setImage('podinfo:6.0.1')

    await promoted(rollout, namespace)
    expect(n).toBeGreaterThan(10)
    expect(controller.output()).not.toContain('"defect"')
  },
)

test('a request that is never answered is given up, and the promotion goes on', {
  timeout: 300_000,
}, async () => {
  const namespace = 'hanging'
  const { rollout } = await given(namespace)
  let isHung = false
  const repair = cluster.server.fault((asked) => {
    if (isHung || asked.namespace !== namespace || asked.verb !== 'update') return undefined
    isHung = true
    return { delayMs: 35_000, closeConnection: true }
  })
  onTestFinished(repair)

  rollout.setImage('podinfo:6.0.1')
  await expect.poll(() => isHung, patience).toBe(true)
  repair()

  await rollout.reaches({ phase: 'Succeeded' })
})

test('a server that drops every watch again and again loses no change', async () => {
  const { rollout } = await given('dropping')
  const timer = setInterval(() => cluster.server.dropWatches(), 150)
  onTestFinished(() => clearInterval(timer))

  rollout.setImage('podinfo:6.0.1')

  await promoted(rollout, 'dropping')
})

test.each<[string, Fault]>([
  ['fails', { status: 500 }],
  ['is too busy', { status: 429, reason: 'TooManyRequests', retryAfter: 1 }],
  ['has lost its history', { status: 410, reason: 'Expired' }],
  ['takes us for nobody', { status: 401, reason: 'Unauthorized' }],
  ['does not answer', { closeConnection: true }],
])('a server that %s at every second watch loses no change', async (_, fault) => {
  const namespace = 'unwatchable'
  const { controller, rollout } = await given(namespace)
  let watches = 0
  let refused = 0
  const repair = cluster.server.fault(({ verb, namespace: of }) => {
    if (verb !== 'watch' || of !== namespace) return undefined
    watches += 1
    if (watches % 2 === 0) return undefined
    refused += 1
    return fault
  })
  onTestFinished(repair)
  cluster.server.dropWatches()

  rollout.setImage('podinfo:6.0.1')

  await promoted(rollout, namespace)
  // How often is a matter of time: whoever is told to wait a second asks less often.
  expect(refused).toBeGreaterThan(1)
  expect(controller.output()).not.toContain('"defect"')
})

test('a server that has forgotten the history is listed again', async () => {
  const { rollout } = await given('forgetting')
  const timer = setInterval(() => {
    cluster.store.compact()
    cluster.server.dropWatches()
  }, 400)
  onTestFinished(() => clearInterval(timer))

  rollout.setImage('podinfo:6.0.1')

  await promoted(rollout, 'forgetting')
})

test.each([
  [
    { status: 500, message: 'failed calling webhook "guard": no endpoints' },
    /^Warning the API server keeps failing: failed calling webhook "guard": no endpoints; it is tried again, see to the server, or to the admission webhook that it names$/m,
  ],
  [
    { status: 409, reason: 'Conflict', message: 'services "podinfo" was modified' },
    /^Warning the API server keeps refusing: services "podinfo" was modified; see who else writes this object$/m,
  ],
])('what does not pass by itself is told: %j', async (fault, sentence) => {
  const namespace = 'guarded'
  const repair = cluster.server.fault(({ verb, resource, namespace: of }) =>
    verb === 'create' && resource === 'services' && of === namespace ? fault : undefined,
  )
  onTestFinished(repair)
  const { rollout } = await started(namespace)

  await rollout.hears(sentence)
  expect(rollout.events().filter((text) => text.includes('keeps'))).toHaveLength(1)
  repair()

  await rollout.reaches({ phase: 'Initialized' })
})

test.each<[string, Fault]>([
  ['fails', { status: 500 }],
  ['meets a conflict', { status: 409, reason: 'Conflict', message: 'was modified' }],
])('where the write of the status %s for a while, no hook is called again', async (_, fault) => {
  const namespace = 'forgetful'
  const hook = await givenSlowHook(0)
  const { rollout } = await given(namespace, [hook.webhook])
  let refused = 0
  const repair = cluster.server.fault(({ verb, subresource, namespace: of }) => {
    if (verb !== 'update' || subresource !== 'status' || of !== namespace) return undefined
    if (hook.calls() === 0 || refused === 6) return undefined
    refused += 1
    return fault
  })
  onTestFinished(repair)

  rollout.setImage('podinfo:6.0.1')

  await promoted(rollout, namespace)
  expect(refused).toBe(6)
  expect(hook.calls()).toBe(1)
})

test('who edits metadata faster than a hook answers neither holds a run up nor calls it again', async () => {
  const namespace = 'edited'
  const hook = await givenSlowHook(300)
  const { rollout } = await given(namespace, [hook.webhook])
  const ref = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: 'podinfo' }
  let edits = 0
  const timer = setInterval(() => {
    edits += 1
    const annotations = { 'shop.example/edits': String(edits) }
    cluster.store.patch(ref, { metadata: { annotations } }, { type: 'merge' })
  }, 25)
  onTestFinished(() => clearInterval(timer))

  rollout.setImage('podinfo:6.0.1')

  await promoted(rollout, namespace)
  clearInterval(timer)
  expect(edits).toBeGreaterThan(20)
  expect(hook.calls()).toBe(1)
})

test('a run goes on after the server was away', async () => {
  const { rollout, controller } = await given('away')
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Progressing', canaryWeight: 20 })
  const repair = cluster.server.fault(() => ({ closeConnection: true }))
  cluster.server.dropWatches()
  await controller.said(/lost sight of a kind|API server refused/)
  repair()

  await promoted(rollout, 'away')
})

/** A pre-rollout hook, called once in a run, whose answer takes this long. */
async function givenSlowHook(ms: number): Promise<{ webhook: object; calls(): number }> {
  let calls = 0
  const server = createServer((_, response) => {
    calls += 1
    setTimeout(() => response.end(), ms)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  const webhook = { name: 'once', type: 'pre-rollout', url: `http://127.0.0.1:${port}/` }
  return { webhook, calls: () => calls }
}

/** A controller of its own for each test: what it learned from one fault must not help it. */
async function given(
  namespace: string,
  webhooks: object[] = [],
): Promise<{ controller: Controller; rollout: Rollout }> {
  const { controller, rollout } = await started(namespace, webhooks)
  await rollout.reaches({ phase: 'Initialized' })
  return { controller, rollout }
}

async function started(
  namespace: string,
  webhooks: object[] = [],
): Promise<{ controller: Controller; rollout: Rollout }> {
  const outside = await givenOutside()
  const analysis = { interval: '200ms', ...(webhooks.length > 0 && { webhooks }) }
  const rollout = givenRollout(cluster, { namespace, spec: { analysis } })
  const home = { apiVersion: 'v1', kind: 'Namespace', name: namespace }
  onTestFinished(() => void cluster.store.delete(home))
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`, `-metrics-server=${outside.url}`],
  })
  return { controller, rollout }
}

interface Deployment extends KubeObject {
  spec: { replicas: number; template: { spec: { containers: { image: string }[] } } }
}

async function promoted(rollout: Rollout, namespace: string): Promise<void> {
  await rollout.reaches({ phase: 'Succeeded', canaryWeight: 0, failedChecks: 0 })
  const at = { apiVersion: 'apps/v1', kind: 'Deployment', namespace }
  const target = cluster.store.get<Deployment>({ ...at, name: 'podinfo' })
  const primary = cluster.store.get<Deployment>({ ...at, name: 'podinfo-primary' })
  expect(target?.spec.replicas).toBe(0)
  expect(primary?.spec.template.spec.containers[0]?.image).toBe('podinfo:6.0.1')
  const route = { apiVersion: 'networking.istio.io/v1beta1', kind: 'VirtualService' }
  expect(cluster.store.get({ ...route, namespace, name: 'podinfo' })).toMatchObject({
    spec: { http: [{ route: [{ weight: 100 }, { weight: 0 }] }] },
  })
}
