/** A Canary whose first version never starts: users stay with the target until one does. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster({ brokenImages: ['podinfo:broken'] })
})
afterAll(() => cluster.close())

interface Deployment extends KubeObject {
  spec: { template: { spec: { containers: { image: string }[] } } }
}

test('a first copy that never starts is made anew once the target has another image', async () => {
  const namespace = 'first-copy'
  const { url } = await givenOutside()
  const rollout = givenRollout(cluster, { namespace, spec: { analysis: { interval: '500ms' } } })
  rollout.setImage('podinfo:broken')
  const flags = [`-namespace=${namespace}`, `-metrics-server=${url}`]
  await startController({ kubeconfig: cluster.kubeconfig, flags })
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'podinfo-primary' }
  const primary = () => cluster.store.get<Deployment>(ref)
  await vi.waitFor(() => expect(primary()).toBeDefined(), { timeout: 90_000, interval: 20 })
  const uid = primary()?.metadata.uid

  rollout.setImage('podinfo:mended')

  await rollout.reaches({ phase: 'Initialized' })
  expect(primary()?.spec.template.spec.containers[0]?.image).toBe('podinfo:mended')
  expect(primary()?.metadata.uid).toBe(uid)
  expect(rollout.canary()?.status?.history).toBeUndefined()
  await rollout.hears(
    /^Normal podinfo.first-copy changed before podinfo-primary.first-copy was ready: copied again$/m,
  )
})
