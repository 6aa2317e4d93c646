/** A namespace full of hostile canaries: everybody else's rollouts and requests go on as ever. */
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

/** More than the slots of one thread, which is what all of them held before. */
const hostile = 40

test('hooks that hang in one namespace hold up nobody in another: a rollout ends, an abort is answered, a new canary is set up', async () => {
  const outside = await givenOutside()
  let hanging = 0
  const silent = await givenServer((request, response) => {
    hanging += 1
    response.on('close', () => (hanging -= 1))
    request.resume()
  })
  const hang = { name: 'hang', type: 'rollout', url: `${silent}/`, timeout: '24h', retries: 9 }
  const quick = { interval: '200ms' }
  const noisy = Array.from({ length: hostile }, (_, at) =>
    givenRollout(cluster, {
      namespace: 'noisy',
      name: `noisy-${at}`,
      spec: { analysis: { ...quick, webhooks: [hang] } },
    }),
  )
  const victim = givenRollout(cluster, { namespace: 'victim', spec: { analysis: quick } })
  const stuck = givenRollout(cluster, {
    namespace: 'stuck',
    spec: { analysis: { ...quick, webhooks: [hang] } },
  })
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-metrics-server=${outside.url}`, '-threadiness=1', '-max-requests=64'],
  })
  for (const rollout of [...noisy, victim, stuck]) await rollout.reaches({ phase: 'Initialized' })
  for (const rollout of [...noisy, stuck]) rollout.setImage('podinfo:6.0.1')
  // As many as one namespace is given, and the one of another.
  await expect.poll(() => hanging, patience).toBeGreaterThan(32)

  victim.setImage('podinfo:6.0.1')
  await victim.reaches({ phase: 'Succeeded' })

  const ref = {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    namespace: 'stuck',
    name: 'podinfo',
  }
  const annotations = { 'flagger.app/abort': 'true' }
  cluster.store.patch(ref, { metadata: { annotations } }, { type: 'merge' })
  await stuck.reaches({ phase: 'Failed', requests: { abort: { result: 'done' } } })

  const fresh = givenRollout(cluster, { namespace: 'fresh', spec: { analysis: quick } })
  await fresh.reaches({ phase: 'Initialized' })
  expect(noisy.map((one) => one.canary()?.status?.phase)).not.toContain('Succeeded')
  expect(await controller.end('SIGTERM')).toBe(0)
})
