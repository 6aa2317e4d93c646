/** A cap on the runs under way: the others wait their turn, and people can see it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runPlugin } from '../commands/support/cluster.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout, patience } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

test('with -max-rollouts=1 rollouts go one after the other, and those that wait say so', async () => {
  const outside = await givenOutside({ hooks: { '^/gate': { status: 403, text: 'not yet' } } })
  const webhooks = [{ name: 'go', type: 'confirm-promotion', url: `${outside.url}/gate` }]
  const rollouts = ['one', 'two', 'three'].map((name) =>
    givenRollout(cluster, {
      namespace: 'turns',
      name,
      spec: { analysis: { interval: '200ms', webhooks } },
    }),
  )
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: ['-namespace=turns', `-metrics-server=${outside.url}`, '-max-rollouts=1'],
  })
  for (const rollout of rollouts) await rollout.reaches({ phase: 'Initialized' })
  for (const rollout of rollouts) rollout.setImage('podinfo:6.0.1')

  const phases = () => rollouts.map((one) => one.canary()?.status?.phase)
  const queued = () => rollouts.filter((one) => one.canary()?.status?.queued)
  await expect.poll(phases, patience).toContain('WaitingPromotion')
  await expect.poll(() => queued().length, patience).toBe(2)
  expect(phases().filter((phase) => phase === 'Initialized')).toHaveLength(2)
  const [waiting] = queued()
  const name = waiting?.canary()?.metadata.name ?? ''
  const args = ['status', name, '-n', 'turns', '--no-pods']
  const { stdout } = await runPlugin(args, cluster.kubeconfig, {})
  expect(stdout).toMatch(/for its turn since .*no more than 1 run under way at a time/)
  await waiting?.hears(/waits for its turn: .*\(-max-rollouts\)/)

  outside.world.hooks = {}
  for (const rollout of rollouts) await rollout.reaches({ phase: 'Succeeded' })
  expect(queued()).toEqual([])
  expect(controller.output()).not.toContain('"defect"')
})
