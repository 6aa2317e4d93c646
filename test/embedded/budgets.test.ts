/** A PodDisruptionBudget of the target, and the copy for the primary's pods. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const kind = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' }
const patience = { timeout: 90_000, interval: 20 }

interface Budget extends KubeObject {
  spec: { minAvailable?: number; selector: object }
}

test('the pods that serve are protected as the target is, from the first look to the last edit', async () => {
  const namespace = 'budgets'
  const { url } = await givenOutside()
  const rollout = givenRollout(cluster, { namespace })
  const ref = (name: string) => ({ ...kind, namespace, name })
  const copy = () => cluster.store.get<Budget>(ref('podinfo-primary'))
  const budget = (minAvailable: number): KubeObject => {
    const spec = { minAvailable, selector: { matchLabels: { app: 'podinfo' } } }
    return { ...kind, metadata: { namespace, name: 'podinfo' }, spec } as KubeObject
  }
  const reaches = (spec: object | undefined) =>
    vi.waitFor(() => {
      if (spec) expect(copy()?.spec).toMatchObject(spec)
      else expect(copy()).toBeUndefined()
    }, patience)
  cluster.store.create(budget(1))
  const flags = [`-namespace=${namespace}`, `-metrics-server=${url}`]
  const controller = await startController({ kubeconfig: cluster.kubeconfig, flags })
  await rollout.reaches({ phase: 'Initialized' })

  await reaches({ minAvailable: 1, selector: { matchLabels: { app: 'podinfo-primary' } } })
  const { uid } = rollout.canary()?.metadata ?? {}
  expect(copy()?.metadata.ownerReferences).toMatchObject([{ kind: 'Canary', uid }])

  // Nothing else happens to the canary meanwhile: the budget alone wakes it.
  cluster.store.update(budget(2))
  await reaches({ minAvailable: 2 })
  cluster.store.delete(ref('podinfo-primary'))
  await reaches({ minAvailable: 2 })
  cluster.store.delete(ref('podinfo'))
  await reaches(undefined)
  cluster.store.create(budget(1))
  await reaches({ minAvailable: 1 })
  const selector = { matchExpressions: [{ key: 'app', operator: 'Exists' }] }
  cluster.store.create({
    ...budget(1),
    metadata: { namespace, name: 'both' },
    spec: { selector },
  } as KubeObject)
  await reaches(undefined)
  expect(controller.output()).not.toContain('"defect"')
})
