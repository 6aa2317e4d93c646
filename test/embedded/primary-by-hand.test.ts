/** What tools such as a reloader of configuration, or people, change on the pods of the primary. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout, patience } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

interface Deployment extends KubeObject {
  spec: { template: { spec: { containers: { env?: object[] }[] } } }
  status?: { observedGeneration?: number; updatedReplicas?: number }
}

test('a variable that somebody sets on the primary starts no run, and goes with the next promotion', async () => {
  const namespace = 'by-hand'
  const { url } = await givenOutside()
  const analysis = { interval: '500ms', stepWeight: 50, maxWeight: 50 }
  const rollout = givenRollout(cluster, { namespace, spec: { provider: 'istio', analysis } })
  const flags = [
    `-namespace=${namespace}`,
    `-metrics-server=${url}`,
    '-minimum-analysis-interval=200ms',
  ]
  const first = await startController({ kubeconfig: cluster.kubeconfig, flags })
  await rollout.reaches({ phase: 'Initialized' })

  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'podinfo-primary' }
  const primary = () => cluster.store.get<Deployment>(ref)
  const env = () => primary()?.spec.template.spec.containers[0]?.env
  const set = [{ name: 'STAKATER_CONF', value: 'abc' }]
  const containers = [{ name: 'podinfod', env: set }]
  cluster.store.patch(ref, { spec: { template: { spec: { containers } } } }, { type: 'strategic' })
  await vi.waitFor(() => {
    const { metadata, status } = primary() ?? {}
    expect(status?.observedGeneration).toBe(metadata?.generation)
    expect(status?.updatedReplicas).toBeGreaterThan(0)
  }, patience)
  await first.end('SIGTERM')
  // One that starts anew looks at everything, and has no memory of it.
  await startController({ kubeconfig: cluster.kubeconfig, flags })

  rollout.setImage('podinfo:2')
  await rollout.reaches({ phase: 'Succeeded' })
  expect(rollout.canary()?.status?.history).toHaveLength(1)
  expect(env()).not.toEqual(set)
  await rollout.told(/New revision detected/, 1)
})
