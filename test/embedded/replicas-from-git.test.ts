/** Targets that somebody scales while no run is on: by Git, by hand, by an autoscaler of the primary. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { deployment, merged } from '../scenarios/scenario.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout, patience } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

/** An initialized canary of a target whose manifest in Git asks for two replicas. */
async function given(namespace: string) {
  const outside = await givenOutside()
  const rollout = givenRollout(cluster, { namespace, spec: { analysis: { interval: '200ms' } } })
  const flags = [`-namespace=${namespace}`, `-metrics-server=${outside.url}`]
  const apply = (replicas: number, image?: string) => {
    const container = { name: 'podinfod', image: image ?? 'podinfo:6.0.0' }
    const template = { spec: { containers: [container] } }
    const manifest = merged(deployment, { metadata: { namespace }, spec: { replicas, template } })
    const options = { type: 'apply', force: true, fieldManager: 'kustomize-controller' } as const
    cluster.store.patch(refOf('podinfo'), manifest, options)
  }
  const refOf = (name: string) => ({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name })
  const scale = (name: string, replicas: number, fieldManager = 'kubectl') =>
    cluster.store.patch(
      refOf(name),
      { spec: { replicas } },
      { type: 'merge', subresource: 'scale', fieldManager },
    )
  const sizes = () =>
    ['podinfo', 'podinfo-primary'].map((name) => {
      const found = cluster.store.get<KubeObject & { spec: { replicas: number } }>(refOf(name))
      return found?.spec.replicas
    })
  const become = (target: number, primary: number) =>
    vi.waitFor(() => expect(sizes()).toEqual([target, primary]), patience)
  apply(2)
  await startController({ kubeconfig: cluster.kubeconfig, flags })
  await rollout.reaches({ phase: 'Initialized' })
  await become(0, 2)
  const told = () => rollout.events().filter((text) => text.includes('rests again'))
  const autoscale = (target: string, minReplicas: number) =>
    cluster.store.create({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { namespace, name: `${target}-own` },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: target },
        minReplicas,
        maxReplicas: 20,
      },
    } as KubeObject)
  return { rollout, apply, scale, become, told, autoscale }
}

test('the same manifest again and again makes no second set of pods, and is told once', async () => {
  const { rollout, apply, become, told } = await given('again')
  for (let times = 0; times < 3; times++) {
    apply(2)
    await become(0, 2)
  }
  await rollout.hears(
    /^Warning podinfo.again was scaled to 2 by kustomize-controller while no run is on, and rests again: podinfo-primary.again keeps its 2 replicas; leave replicas out of what is applied, for instance from Git$/m,
  )
  expect(told()).toHaveLength(1)
})

test('another number in Git reaches the primary without a new image, and stays through a run', async () => {
  const { rollout, apply, become } = await given('wish')
  apply(4)
  await become(0, 4)
  apply(1)
  await become(0, 1)
  apply(3, 'podinfo:6.0.1')
  await rollout.reaches({ phase: 'Succeeded' })
  await become(0, 3)
})

test('a look at the target by kubectl scale makes no production smaller, and more reaches it', async () => {
  const { rollout, scale, become } = await given('by-hand')
  scale('podinfo', 1)
  await rollout.hears(
    /for fewer: kubectl scale deployment\/podinfo-primary -n by-hand --replicas=1/,
  )
  await become(0, 2)
  scale('podinfo', 3)
  await become(0, 3)
})

test('an autoscaler of the primary is not fought with', async () => {
  const { rollout, apply, scale, become } = await given('autoscaled')
  scale('podinfo-primary', 5, 'kube-controller-manager')
  apply(3)
  await rollout.hears(
    /podinfo-primary.autoscaled keeps its 5 replicas, which kube-controller-manager set/,
  )
  await become(0, 5)
})

test('autoscalers that the Canary does not name keep the sizes that they see to', async () => {
  const { rollout, apply, become, autoscale } = await given('own')
  autoscale('podinfo-primary', 2)
  // No autoscaler ever set it, and still it is not for a manifest to set.
  apply(5)
  await rollout.hears(
    /keeps its 2 replicas, which HorizontalPodAutoscaler podinfo-primary-own.own sees to/,
  )
  await become(0, 2)
  apply(3, 'podinfo:6.0.1')
  await rollout.reaches({ phase: 'Succeeded' })
  await become(0, 2)
})
