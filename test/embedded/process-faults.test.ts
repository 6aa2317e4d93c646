/** Faults of the process and its machine: no descriptors, no log, stopped for longer than a lease. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

test.each([
  ['64 descriptors', 'ulimit -n 64; exec "$@"'],
  ['a log that is closed', 'exec "$@" 2>&-'],
  ['a log on a full disk', 'exec "$@" 2>/dev/full'],
])('with %s a rollout comes to its end, and so does the process', async (name, wrapper) => {
  const namespace = name.replaceAll(' ', '-')
  const outside = await givenOutside()
  const rollout = givenRollout(cluster, { namespace, spec: { analysis: { interval: '200ms' } } })
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`, `-metrics-server=${outside.url}`],
    wrapper,
  })
  await rollout.reaches({ phase: 'Initialized' })
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Succeeded' })
  expect(await controller.end('SIGTERM')).toBe(0)
})

test('a leader that stood still past its lease does nothing more: the run goes on by the other, each hook after it is called once', async () => {
  const namespace = 'stopped'
  const outside = await givenOutside({ hooks: { '^/gate': { status: 403, text: 'not yet' } } })
  const webhooks = [
    { name: 'go', type: 'confirm-promotion', url: `${outside.url}/gate` },
    { name: 'tell', type: 'post-rollout', url: `${outside.url}/told` },
  ]
  const analysis = { interval: '200ms', webhooks }
  const rollout = givenRollout(cluster, { namespace, spec: { analysis } })
  const start = () =>
    startController({
      kubeconfig: cluster.kubeconfig,
      flags: [
        `-namespace=${namespace}`,
        `-metrics-server=${outside.url}`,
        '-enable-leader-election',
      ],
    })
  const first = await start()
  await first.said(/Acting as elected leader/)
  const second = await start()
  await second.said(/Starting leader election/)
  await rollout.reaches({ phase: 'Initialized' })
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'WaitingPromotion' })

  process.kill(first.pid, 'SIGSTOP')
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace }
  const name = 'flagger-leader-election'
  cluster.store.patch({ ...lease, name }, { spec: { leaseDurationSeconds: 1 } }, { type: 'merge' })
  await second.said(/Acting as elected leader/)
  outside.world.hooks = {}
  process.kill(first.pid, 'SIGCONT')

  expect(await first.ended).toBe(1)
  await rollout.reaches({ phase: 'Succeeded' })
  await rollout.hears(/Post-rollout check tell passed/)
  expect(outside.requests.filter(({ path }) => path === '/told')).toHaveLength(1)
})
