/** What people get wrong, and the one sentence that they read. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import { namedProviders } from '../support/providers.ts'
import type { EmbeddedCluster } from './support/cluster.ts'
import { startController } from './support/controller.ts'
import { startLenientCluster, traces } from './support/lenient.ts'
import { givenOutside, givenRollout, patience } from './support/rollout.ts'

let cluster: EmbeddedCluster

beforeAll(async () => {
  cluster = await startLenientCluster()
})
afterAll(() => cluster.close())

const number = 'set it to a whole number'
const endless = 'would never end; set stepWeight, stepWeights or iterations to more than 0'

/** What is merged into the spec, and what is said after `canary NAME: spec.`. */
const refusals: Readonly<Record<string, [spec: object, sentence: string]>> = {
  'weight-is-a-word': [
    { analysis: { stepWeight: 'lots' } },
    'analysis.stepWeight is "lots"; set it to a number',
  ],
  'threshold-is-a-fraction': [
    { analysis: { threshold: 2.5 } },
    `analysis.threshold is 2.5; ${number}`,
  ],
  'weight-is-negative': [{ analysis: { stepWeight: -5 } }, `analysis ${endless}`],
  'weight-is-zero': [{ analysis: { stepWeight: 0 } }, `analysis ${endless}`],
  'weights-fall': [
    { analysis: { stepWeight: null, stepWeights: [50, 10] } },
    'analysis.stepWeights has 10 after 50; list growing weights',
  ],
  'threshold-is-a-list': [
    { analysis: { threshold: [1] } },
    `analysis.threshold is a list; ${number}`,
  ],
  'metrics-are-a-word': [
    { analysis: { metrics: 'none' } },
    'analysis.metrics is "none"; set it to a list',
  ],
  'metric-has-no-name': [
    { analysis: { metrics: [{ query: 'x' }] } },
    'analysis.metrics[0].name is missing; add it',
  ],
  'webhook-has-no-address': [
    { analysis: { webhooks: [{ name: 'go' }] } },
    'analysis.webhooks[0].url is missing; add it',
  ],
  'delay-is-no-duration': [
    { analysis: { delay: 'soon' } },
    'analysis.delay "soon" is no duration; write it like 30s or 1m30s',
  ],
  'target-has-no-name': [
    { targetRef: { name: '' } },
    'targetRef.name is empty; set it to the name of the Deployment to release',
  ],
  'no-analysis': [{ analysis: null }, 'analysis is missing; add it'],
  'no-target': [{ targetRef: null }, 'targetRef is missing; add it'],
  'no-port': [{ service: null }, 'service.port is missing; set it to the port that users call'],
  'unknown-target': [
    { targetRef: { kind: 'Teapot' } },
    'targetRef.kind is "Teapot"; set it to one of',
  ],
}

test('a Canary that makes no sense is refused by a sentence, and the others go on', async () => {
  const outside = await givenOutside()
  const bad = Object.entries(refusals).map(([name, [spec, sentence]]) => {
    const rollout = givenRollout(cluster, { namespace: 'nonsense', name, spec })
    return { rollout, told: `Warning canary ${name}.nonsense: spec.${sentence}` }
  })
  const good = givenRollout(cluster, { namespace: 'nonsense', name: 'good' })
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: ['-namespace=nonsense', `-metrics-server=${outside.url}`],
  })

  await good.reaches({ phase: 'Initialized' })

  for (const { rollout, told } of bad) await rollout.hears(new RegExp(`^${escaped(told)}`, 'm'))
  for (const { rollout } of bad) expect(rollout.events()).toHaveLength(1)
  expect(controller.output()).not.toMatch(traces)
})

/** What is merged into the spec, and the one sentence about it. */
const misfits: Readonly<Record<string, [spec: object, sentence: string]>> = {
  'knative-service': [
    { targetRef: { apiVersion: 'serving.knative.dev/v1', kind: 'Service' } },
    "can't use istio provider with Knative Service as target",
  ],
  'knative-provider': [
    { provider: 'knative' },
    "can't use apps/v1/Deployment as target if provider is set to knative",
  ],
}

const known = namedProviders
  .map(([name]) => (name.startsWith('custom:') ? 'custom:NAME' : name))
  .join(', ')

test('a target that its provider can’t release is refused by a sentence, and nothing is touched', async () => {
  const namespace = 'not-so'
  const refused = Object.entries(misfits).map(([name, [spec, sentence]]) => ({
    rollout: givenRollout(cluster, { namespace, name, spec }),
    told: `Warning ${sentence}`,
  }))
  const before = cluster.store.list({ apiVersion: 'apps/v1', kind: 'Deployment' }, { namespace })
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`],
  })

  for (const { rollout, told } of refused) await rollout.hears(new RegExp(`^${escaped(told)}`, 'm'))

  for (const { rollout } of refused) expect(rollout.events()).toHaveLength(1)
  const { store } = cluster
  const specs = (objects: KubeObject[]) =>
    objects.map((one) => [one.metadata.name, one.metadata.generation])
  const after = store.list({ apiVersion: 'apps/v1', kind: 'Deployment' }, { namespace })
  expect(specs(after)).toEqual(specs(before))
  expect(store.list({ apiVersion: 'v1', kind: 'Service' }, { namespace })).toEqual([])
  expect(controller.output()).not.toMatch(traces)
})

test('a canary that is refused is let go when it is deleted', async () => {
  const namespace = 'on-its-way-out'
  const rollout = givenRollout(cluster, {
    namespace,
    spec: { provider: 'knative', revertOnDeletion: true },
    metadata: { finalizers: ['finalizer.flagger.app'] },
  })
  await startController({ kubeconfig: cluster.kubeconfig, flags: [`-namespace=${namespace}`] })
  await rollout.hears(/as target if provider is set to knative/)

  cluster.store.delete({
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    namespace,
    name: 'podinfo',
  })

  await vi.waitFor(() => expect(rollout.canary()).toBeUndefined(), patience)
})

test('a provider that nobody knows is istio, and the user is warned once', async () => {
  const namespace = 'guessed'
  const rollout = givenRollout(cluster, { namespace })
  await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`, '-mesh-provider=istoi'],
  })

  await rollout.reaches({ phase: 'Initialized' })

  await rollout.told(/"istoi"/, [
    `Warning canary podinfo.guessed: provider "istoi" is unknown and istio is used; set spec.provider to one of ${known}`,
  ])
})

test('a target that is missing is named once, and its canary waits for it', async () => {
  const rollout = givenRollout(cluster, { namespace: 'absent' })
  cluster.store.delete({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: 'absent',
    name: 'podinfo',
  })
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: ['-namespace=absent', '-mesh-provider=kubernetes'],
  })

  await rollout.hears(/^Warning deployment podinfo.absent get query error: .* not found$/m)
  await rollout.reaches({ phase: 'Initializing' })
  expect(controller.output()).not.toMatch(traces)
})

test('a primary that is taken away from an unverified target is told once, with the remedy', async () => {
  const namespace = 'bereaved'
  const outside = await givenOutside({ metrics: { '.*': 'error' } })
  const rollout = givenRollout(cluster, { namespace, spec: { analysis: { interval: '200ms' } } })
  const controller = await startController({
    kubeconfig: cluster.kubeconfig,
    flags: [`-namespace=${namespace}`, `-metrics-server=${outside.url}`],
  })
  await rollout.reaches({ phase: 'Initialized' })
  rollout.setImage('podinfo:6.0.1')
  await rollout.reaches({ phase: 'Failed' })
  const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace }
  cluster.store.delete({ ...deployment, name: 'podinfo-primary' })

  const sentence = /deployment podinfo-primary.bereaved is gone, .* kubectl canary reset podinfo/
  await rollout.hears(sentence)
  // Enough for many looks.
  for (let look = 0; look < 5; look++) {
    const annotations = { look: String(look) }
    const target = { ...deployment, name: 'podinfo' }
    cluster.store.patch(target, { metadata: { annotations } }, { type: 'merge' })
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  expect(controller.log().filter(({ msg }) => sentence.test(msg))).toHaveLength(1)
})

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
