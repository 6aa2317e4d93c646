/** A Canary that names another provider or autoscaler leaves nothing of the one before. */
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

const istio = { apiVersion: 'networking.istio.io/v1beta1', kind: 'VirtualService' }
const rules = { apiVersion: 'networking.istio.io/v1beta1', kind: 'DestinationRule' }
const split = { apiVersion: 'split.smi-spec.io/v1alpha2', kind: 'TrafficSplit' }
const hpa = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' }

async function given(namespace: string, spec: object) {
  const outside = await givenOutside()
  const rollout = givenRollout(cluster, {
    namespace,
    spec: { analysis: { interval: '300ms' }, ...spec },
  })
  const { store } = cluster
  const canary = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: 'podinfo' }
  const start = () =>
    startController({
      kubeconfig: cluster.kubeconfig,
      flags: [`-namespace=${namespace}`, `-metrics-server=${outside.url}`],
    })
  return {
    rollout,
    start,
    edit: (change: object) => store.patch(canary, { spec: change }, { type: 'merge' }),
    names: (kind: { apiVersion: string; kind: string }) =>
      store.list<KubeObject>(kind, { namespace }).map(({ metadata }) => metadata.name),
    create: (object: KubeObject & { spec: object }) =>
      store.create({ ...object, metadata: { ...object.metadata, namespace } }),
  }
}

test('another provider in a run has the routes from then on, and the run goes on', async () => {
  const { rollout, start, edit, names } = await given('mesh-changed', { provider: 'istio' })
  await start()
  await rollout.reaches({ phase: 'Initialized' })
  expect(names(istio)).toEqual(['podinfo'])
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Progressing', canaryWeight: 20 })

  edit({ provider: 'smi:v1alpha2' })

  await vi.waitFor(() => expect([...names(istio), ...names(rules)]).toEqual([]), patience)
  expect(names(split)).toEqual(['podinfo'])
  await rollout.hears(/podinfo\.mesh-changed does not name provider istio any more/)
  await rollout.reaches({ phase: 'Succeeded', servedBy: { provider: 'smi:v1alpha2' } })
  expect(names(istio)).toEqual([])
})

test('the versions of one kind are one object, which stays', async () => {
  const { rollout, start, edit, names } = await given('version-changed', {
    provider: 'smi:v1alpha1',
  })
  await start()
  await rollout.reaches({ phase: 'Initialized' })
  edit({ provider: 'smi:v1alpha2' })
  await rollout.reaches({ servedBy: { provider: 'smi:v1alpha2' } })
  expect(names(split)).toEqual(['podinfo'])
})

test('a provider that is changed while no controller runs is left all the same', async () => {
  const { rollout, start, edit, names } = await given('changed-alone', { provider: 'istio' })
  const first = await start()
  await rollout.reaches({ phase: 'Initialized' })
  await first.end('SIGTERM')
  edit({ provider: 'kubernetes' })
  await start()
  await vi.waitFor(() => expect(names(istio)).toEqual([]), patience)
})

test('an autoscaler of another name leaves no copy of the first, and none where none is named', async () => {
  const ref = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' }
  const { rollout, start, edit, names, create } = await given('renamed', {
    autoscalerRef: { ...ref, name: 'before' },
  })
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' }
  for (const name of ['before', 'after'])
    create({ ...hpa, metadata: { name }, spec: { scaleTargetRef, maxReplicas: 3 } })
  await start()
  await rollout.reaches({ phase: 'Initialized' })
  expect(names(hpa).sort()).toEqual(['after', 'before', 'before-primary'])

  edit({ autoscalerRef: { name: 'after' } })
  await vi.waitFor(
    () => expect(names(hpa).sort()).toEqual(['after', 'after-primary', 'before']),
    patience,
  )
  edit({ autoscalerRef: null })
  await vi.waitFor(() => expect(names(hpa).sort()).toEqual(['after', 'before']), patience)
  // Both in one sentence, where the second edit came before the first was seen to in full.
  await rollout.hears(/does not name (\S+ before, )?HorizontalPodAutoscaler after any more/)
})
