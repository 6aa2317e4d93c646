/** A namespace that is deleted takes its canaries with it: nothing is stuck, nothing is made anew. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout, patience } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

test.each([
  { phase: 'Initialized', revertOnDeletion: false },
  { phase: 'Initialized', revertOnDeletion: true },
  { phase: 'Progressing', revertOnDeletion: true },
] as const)(
  'in $phase, with revertOnDeletion $revertOnDeletion',
  async ({ phase, revertOnDeletion }) => {
    const namespace = `gone-${phase}-${revertOnDeletion}`.toLowerCase()
    const outside = await givenOutside()
    const rollout = givenRollout(cluster, {
      namespace,
      spec: { revertOnDeletion, analysis: { interval: '300ms' } },
    })
    const controller = await startController({
      kubeconfig: cluster.kubeconfig,
      flags: [`-namespace=${namespace}`, `-metrics-server=${outside.url}`],
    })
    await rollout.reaches({ phase: 'Initialized' })
    if (phase === 'Progressing') {
      rollout.setImage('podinfo:6.0.1')
      await rollout.reaches({ phase, canaryWeight: 20 })
    }

    const home = { apiVersion: 'v1', kind: 'Namespace', name: namespace }
    cluster.store.delete(home)

    await vi.waitFor(() => expect(rollout.canary()).toBeUndefined(), patience)
    await vi.waitFor(() => expect(cluster.store.get(home)).toBeUndefined(), patience)
    expect(controller.output()).not.toContain('"defect"')
  },
)
