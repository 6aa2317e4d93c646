/** Hooks that take their time: nobody but their own canary waits for them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout, patience } from './support/rollout.ts'
import { givenServer } from './support/servers.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

test('a canary with a silent hook delays no other, and does not keep the process from ending', async () => {
  const namespace = 'patient'
  const outside = await givenOutside()
  const silent = await givenSilence()
  const webhooks = [{ name: 'load', type: 'rollout', url: silent.url, timeout: '1h' }]
  const slow = givenRollout(cluster, {
    namespace,
    name: 'slow',
    spec: { analysis: { interval: '200ms', webhooks } },
  })
  const quick = givenRollout(cluster, {
    namespace,
    name: 'quick',
    spec: { analysis: { interval: '200ms' } },
  })
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`, `-metrics-server=${outside.url}`, '-threadiness=1'],
  })
  for (const rollout of [slow, quick]) await rollout.reaches({ phase: 'Initialized' })

  slow.setImage('podinfo:6.0.1')
  await expect.poll(silent.asked, patience).toBe(1)
  quick.setImage('podinfo:6.0.1')

  await quick.reaches({ phase: 'Succeeded' })
  expect(slow.canary()?.status?.phase).toBe('Progressing')
  expect(silent.asked()).toBe(1)

  // Who waits for the hook is ended by the limit of this test.
  expect(await controller.end('SIGTERM')).toBe(0)
})

test.each([
  ['abort', { phase: 'Failed', requests: { abort: { result: 'done' } } }],
  ['pause', { phase: 'Progressing', requests: { pause: { result: 'accepted' } } }],
  ['reset', { requests: { reset: { result: 'done' } } }],
] as const)(
  'a request to %s does not wait for a hook that is being asked',
  async (verb, status) => {
    const { controller, rollout, ref } = await givenAsked(`hasty-${verb}`)
    const annotations = { [`flagger.app/${verb}`]: 'true' }

    cluster.store.patch(ref, { metadata: { annotations } }, { type: 'merge' })

    await rollout.reaches(status)
    expect(controller.output()).not.toContain('"defect"')
  },
)

test('a deletion does not wait for a hook that is being asked', async () => {
  const { controller, rollout, ref } = await givenAsked('hasty-end', { revertOnDeletion: true })

  cluster.store.delete(ref)

  await expect.poll(() => rollout.canary(), patience).toBe(undefined)
  await rollout.hears(/Terminated canary/)
  expect(controller.output()).not.toContain('"defect"')
})

/** A canary in a run whose hook was asked, and will not answer for hours. */
async function givenAsked(namespace: string, spec: object = {}) {
  const outside = await givenOutside()
  const silent = await givenSilence()
  const webhooks = [{ name: 'load', type: 'rollout', url: silent.url, timeout: '1h', retries: 9 }]
  const rollout = givenRollout(cluster, {
    namespace,
    spec: { analysis: { interval: '200ms', webhooks }, ...spec },
  })
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`, `-metrics-server=${outside.url}`],
  })
  await rollout.reaches({ phase: 'Initialized' })
  rollout.setImage('podinfo:6.0.1')
  await expect.poll(silent.asked, patience).toBe(1)
  const ref = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: 'podinfo' }
  return { controller, rollout, ref }
}

/** A server that takes requests and never answers. */
async function givenSilence(): Promise<{ url: string; asked: () => number }> {
  let asked = 0
  const url = await givenServer(() => {
    asked += 1
  })
  return { url: `${url}/`, asked: () => asked }
}
