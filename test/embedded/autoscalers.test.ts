/** Autoscalers of targets: copied for the primary, held at rest, followed when somebody edits them. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { KubeObject, ObjectRef } from '../../src/objects.ts'
import { type EmbeddedCluster, startCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { givenOutside, givenRollout, patience } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.close())

const pause = 'autoscaling.keda.sh/paused-replicas'
const kinds = {
  HorizontalPodAutoscaler: 'autoscaling/v2',
  ScaledObject: 'keda.sh/v1alpha1',
} as const

interface Autoscaler extends KubeObject {
  spec: Record<string, unknown>
}

/** A canary, the autoscaler of its target, and what a test looks at. */
async function given(namespace: string, kind: keyof typeof kinds, spec: object, ref: object = {}) {
  const outside = await givenOutside()
  const apiVersion = kinds[kind]
  const rollout = givenRollout(cluster, {
    namespace,
    spec: {
      analysis: { interval: '200ms' },
      autoscalerRef: { apiVersion, kind, name: 'podinfo', ...ref },
    },
  })
  const scaler = { apiVersion, kind, metadata: { namespace, name: 'podinfo' }, spec }
  cluster.store.create(scaler as Autoscaler)
  const at = (name: string): ObjectRef => ({ apiVersion, kind, namespace, name })
  const patch = (of: ObjectRef, body: object) => cluster.store.patch(of, body, { type: 'merge' })
  const canary = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', namespace, name: 'podinfo' }
  const workload = (name: string) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace,
    name,
  })
  await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`, `-metrics-server=${outside.url}`],
  })
  return {
    rollout,
    outside,
    editScaler: (change: object) => patch(at('podinfo'), { spec: change }),
    editPrimary: (body: object) => patch(at('podinfo-primary'), body),
    editCanary: (change: object) => patch(canary, { spec: change }),
    primary: () => cluster.store.get<Autoscaler>(at('podinfo-primary')),
    isPaused: () => cluster.store.get(at('podinfo'))?.metadata.annotations?.[pause] === '0',
    sizeOf: (name: string) =>
      cluster.store.get<KubeObject & { spec: { replicas: number } }>(workload(name))?.spec.replicas,
  }
}

const aim = { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' } }
const hpa = { ...aim, minReplicas: 2, maxReplicas: 4 }

test('an edit at rest reaches the primary without a run, one in a run with its promotion', async () => {
  const { rollout, outside, primary, editScaler, editCanary, sizeOf } = await given(
    'followed',
    'HorizontalPodAutoscaler',
    hpa,
  )
  const most = (replicas: number) =>
    vi.waitFor(() => expect(primary()?.spec.maxReplicas).toBe(replicas), patience)
  await rollout.reaches({ phase: 'Initialized' })
  await most(4)
  editScaler({ maxReplicas: 6 })
  await most(6)
  editCanary({ autoscalerRef: { primaryScalerReplicas: { minReplicas: 3, maxReplicas: 9 } } })
  await most(9)
  await vi.waitFor(() => expect(sizeOf('podinfo-primary')).toBe(3), patience)
  expect(rollout.events().join('\n')).not.toMatch(/New revision/)

  outside.world.metrics = { '.*': 'error' }
  // The run lasts until it has been looked at.
  editCanary({ analysis: { threshold: 1_000 } })
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Progressing' })
  editCanary({ autoscalerRef: { primaryScalerReplicas: { minReplicas: 3, maxReplicas: 12 } } })
  await rollout.hears(/Prometheus query failed/)
  expect(primary()?.spec.maxReplicas).toBe(9)
  // As many pods as its own minimum asks for: fewer than the primary has.
  expect(sizeOf('podinfo')).toBe(2)
  editCanary({ analysis: { threshold: 1 } })
  await rollout.reaches({ phase: 'Failed' })
  await most(12)
})

test('what on-call sets on the copy by hand stays until the next edit, and is told', async () => {
  const { rollout, primary, editPrimary, editScaler } = await given(
    'by-hand',
    'HorizontalPodAutoscaler',
    hpa,
  )
  await rollout.reaches({ phase: 'Initialized' })
  editPrimary({ spec: { maxReplicas: 20 } })
  await rollout.hears(/HorizontalPodAutoscaler podinfo-primary.by-hand was edited, and is left/)
  expect(primary()?.spec.maxReplicas).toBe(20)
  editScaler({ maxReplicas: 7 })
  await vi.waitFor(() => expect(primary()?.spec.maxReplicas).toBe(7), patience)
})

test('KEDA holds the target at rest, lets it go for a run, and never holds the primary', async () => {
  const { rollout, primary, isPaused, editPrimary, sizeOf } = await given('keda', 'ScaledObject', {
    scaleTargetRef: { name: 'podinfo' },
    minReplicaCount: 2,
    maxReplicaCount: 5,
    triggers: [],
  })
  await rollout.reaches({ phase: 'Initialized' })
  expect([isPaused(), sizeOf('podinfo')]).toEqual([true, 0])
  await vi.waitFor(() => expect(sizeOf('podinfo-primary')).toBe(2), patience)

  editPrimary({ metadata: { annotations: { [pause]: '0' } } })
  await vi.waitFor(() => {
    expect(primary()?.metadata.annotations).not.toHaveProperty([pause])
    expect(sizeOf('podinfo-primary')).toBe(2)
  }, patience)

  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Progressing' })
  expect(isPaused()).toBe(false)
  await rollout.reaches({ phase: 'Succeeded' })
  await vi.waitFor(() => expect([isPaused(), sizeOf('podinfo')]).toEqual([true, 0]), patience)
  // KEDA names every object, and is not contradicted.
  expect(primary()?.metadata.labels).toMatchObject({
    'scaledobject.keda.sh/name': 'podinfo-primary',
  })
})

test.each([
  ['missing', { name: 'gone' }, hpa, /gone.missing get query error: .*; create it, or remove spec/],
  [
    'elsewhere',
    {},
    { ...hpa, scaleTargetRef: { ...aim.scaleTargetRef, name: 'podinfo-primary' } },
    /scales Deployment podinfo-primary, and not Deployment podinfo; correct its/,
  ],
])(
  'an autoscaler that is %s begins nothing, and the target serves',
  async (name, ref, spec, told) => {
    const { rollout, sizeOf } = await given(name, 'HorizontalPodAutoscaler', spec, ref)
    await rollout.hears(told)
    await rollout.reaches({ phase: 'Initializing' })
    expect(sizeOf('podinfo')).toBeGreaterThan(0)
  },
)

test('an old version of the API is read as today’s, and said', async () => {
  const { rollout } = await given('old', 'HorizontalPodAutoscaler', hpa, {
    apiVersion: 'autoscaling/v2beta1',
  })
  await rollout.reaches({ phase: 'Initialized' })
  await rollout.hears(
    /autoscaling\/v2beta1 is read as autoscaling\/v2: .* set it to autoscaling\/v2/,
  )
})
