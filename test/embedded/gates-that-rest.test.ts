/** A gate that waits for people may ask not to be asked: the run goes on measuring meanwhile. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenRollout } from './support/rollout.ts'
import { givenServer } from './support/servers.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const patience = { timeout: 90_000, interval: 20 }

test('a gate with Retry-After is not asked at each look, also not by the next process', {
  timeout: 300_000,
}, async () => {
  const namespace = 'resting-gate'
  const asked = { '/gate': 0, '/test': 0 }
  const url = await givenServer((request, response) => {
    request.resume()
    const path = request.url === '/gate' ? '/gate' : '/test'
    asked[path] += 1
    if (path === '/test') return response.end()
    return response.writeHead(403, { 'retry-after': '3600' }).end('OPS-1 is not approved')
  })
  const webhooks = [
    { name: 'test', url: `${url}/test` },
    { name: 'ticket', type: 'confirm-promotion', url: `${url}/gate` },
  ]
  const rollout = givenRollout(cluster, {
    namespace,
    spec: {
      analysis: {
        ...{ interval: '200ms', threshold: 5, stepWeight: 50, maxWeight: 50, metrics: [] },
        webhooks,
      },
    },
  })
  const start = () =>
    startController({ kubeconfig: cluster.kubeconfig, flags: [`-namespace=${namespace}`] })
  const tested = async (more: number) => {
    const before = asked['/test']
    await expect.poll(() => asked['/test'], patience).toBeGreaterThan(before + more)
  }

  const first = await start()
  await rollout.reaches({ phase: 'Initialized' })
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'WaitingPromotion' })
  await rollout.hears(/Gate ticket of .* is shut: OPS-1 is not approved; as it wants, it is asked/)
  await tested(5)
  await first.end('SIGKILL')
  await start()
  await tested(5)
  expect(asked['/gate']).toBe(1)

  const canary = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: 'podinfo' }
  const annotations = { 'flagger.app/promote': 'true' }
  cluster.store.patch(canary, { metadata: { annotations } }, { type: 'merge' })
  await rollout.reaches({ phase: 'Succeeded' })
})
