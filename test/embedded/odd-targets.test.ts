/** Targets and autoscalers that can't be released: one sentence each, and nothing is touched. */
import { expect, test } from 'vitest'
import type { KubeObject } from '../../src/objects.ts'
import {
  autoscaler,
  type CanaryChoice,
  canary,
  home,
  target,
  workloadRef,
} from '../model/objects.ts'
import { sizeOf, type World } from '../model/world.ts'
import { diagnosed } from './support/diagnosed.ts'
import { type Given, givenStepped } from './support/stepped.ts'

const hpa = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', namespace: home }
const keda = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', namespace: home }
const edit = (ref: typeof hpa, name: string, spec: object) => (world: World) =>
  void world.store.patch({ ...ref, name }, { spec }, { type: 'merge' })
const usual: CanaryChoice = {
  ...{ provider: 'kubernetes', analysis: 'blueGreen' },
  ...{ gates: false, revertOnDeletion: false },
}
const node = { apiVersion: 'v1', kind: 'Node', name: 'node-1' }
/** The canary's pods alone run on nodes that may go at any time. */
const placedOnSpot = { canaryAnalysis: { templateVariables: { nodeSelector: { spot: 'yes' } } } }
const strategy = { updateStrategy: { type: 'OnDelete', rollingUpdate: null } }

test.each<[string, Given, (world: World) => void, string]>([
  [
    'a ScaledObject of another kind',
    { autoscaler: 'keda' },
    edit(keda, 'app', { scaleTargetRef: { kind: 'StatefulSet', name: 'app' } }),
    'canary app.test: ScaledObject app.test scales StatefulSet app, and not Deployment app; correct its spec.scaleTargetRef, or name another one in spec.autoscalerRef',
  ],
  [
    'an autoscaler that scales something else',
    { autoscaler: 'hpa' },
    edit(hpa, 'app', { scaleTargetRef: { kind: 'Deployment', name: 'other' } }),
    'canary app.test: HorizontalPodAutoscaler app.test scales Deployment other, and not Deployment app; correct its spec.scaleTargetRef, or name another one in spec.autoscalerRef',
  ],
  [
    'an autoscaler that is missing',
    { autoscaler: 'hpa' },
    ({ store }) => store.delete({ ...hpa, name: 'app' }),
    'canary app.test: HorizontalPodAutoscaler app.test get query error: horizontalpodautoscalers.autoscaling "app" not found; create it, or remove spec.autoscalerRef',
  ],
  [
    'a StatefulSet whose pods nobody replaces',
    { kind: 'StatefulSet' },
    edit({ ...workloadRef('StatefulSet', 'app'), namespace: home }, 'app', strategy),
    'statefulset app.test must have RollingUpdate strategy but have OnDelete; set its spec.updateStrategy.type to RollingUpdate',
  ],
  [
    'a DaemonSet whose pods nobody replaces',
    { kind: 'DaemonSet' },
    edit({ ...workloadRef('DaemonSet', 'app'), namespace: home }, 'app', strategy),
    'daemonset app.test must have RollingUpdate strategy but have OnDelete; set its spec.updateStrategy.type to RollingUpdate',
  ],
])('%s is told by one sentence, and the target serves on', async (_what, of, before, sentence) => {
  const { world, status, events } = await givenStepped({ ...of, before })
  expect(status().phase).toBe('Initializing')
  expect(events().filter((event) => event === `Warning ${sentence}`)).toHaveLength(1)
  expect(sizeOf(world.store.get(world.target))).toBeGreaterThan(0)
  const { findings, explained } = await diagnosed(world)
  const own = sentence.replace('canary app.test: ', '')
  expect(findings.flatMap(({ evidence }) => evidence)).toContain(own)
  expect(explained.seen).toContain(own)
})

test('a copy of the autoscaler that somebody else made is left as it is, and told', async () => {
  const other = autoscaler('hpa', 'Deployment', 9)
  const { world, status, events } = await givenStepped({
    autoscaler: 'hpa',
    before: ({ store }) =>
      void store.create({ ...other, metadata: { ...other.metadata, name: 'app-primary' } }),
  })
  expect(status().phase).toBe('Initialized')
  expect(events()).toContain(
    'Warning canary app.test: HorizontalPodAutoscaler app-primary.test was not made for it, and is left as it is; delete it to get a copy of app, or remove spec.autoscalerRef',
  )
  expect(world.store.get({ ...hpa, name: 'app-primary' })).toMatchObject({
    spec: { maxReplicas: 9 },
  })
})

test('an autoscaler that two canaries name is that of the older one, and the other is held', async () => {
  const { world, pass, events } = await givenStepped({ autoscaler: 'hpa' })
  const { store } = world
  store.create(renamed(target('Deployment', 'a')))
  store.create(renamed(canary({ ...usual, autoscaler: 'hpa' })))
  await pass(60)
  expect(events()).toContain(
    'Warning canary shop.test: spec.autoscalerRef HorizontalPodAutoscaler/app is that of canary app.test already; give each target an autoscaler of its own',
  )
  expect(store.get(workloadRef('Deployment', 'shop-primary'))).toBeUndefined()
  const { findings, explained } = await diagnosed(world, 'shop')
  const said = 'that of canary app.test already; give each target an autoscaler of its own'
  expect(findings).toContainEqual(
    expect.objectContaining({ code: 'CAN110', evidence: [expect.stringContaining(said)] }),
  )
  expect(explained).toMatchObject({ rule: 'specMustBeSound', seen: expect.stringContaining(said) })
})

/** The same application once more, as `shop`, but for the name of its autoscaler. */
function renamed(of: KubeObject): KubeObject {
  const text = JSON.stringify({ ...of, metadata: { ...of.metadata, name: 'shop' } })
  const named = text.replaceAll('"app":"app"', '"app":"shop"')
  return JSON.parse(
    named.replace('"kind":"Deployment","name":"app"', '"kind":"Deployment","name":"shop"'),
  )
}

test('a DaemonSet that no node takes is waited for, with what to do, until there is a node', async () => {
  const { world, pass, status, events } = await givenStepped({
    kind: 'DaemonSet',
    before: ({ store }) => store.delete(node),
  })
  const said =
    'Warning primary daemonset app-primary.test not ready: no node fits it, and traffic needs at least one pod; correct nodeSelector, affinity or tolerations of the target, or add a node'
  expect(status().phase).toBe('Initializing')
  expect(events().filter((event) => event === said)).toHaveLength(1)
  const { findings, explained } = await diagnosed(world)
  const own = said.replace('Warning ', '')
  expect(findings).toContainEqual(expect.objectContaining({ code: 'CAN303', evidence: [own] }))
  expect(explained).toMatchObject({
    rule: 'primaryMustBeReady',
    seen: expect.stringContaining(own),
  })
  await pass(3_600)
  expect(status().phase).toBe('Initializing')
  world.store.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } })
  await pass(60)
  expect(status().phase).toBe('Initialized')
})

test('a run whose canary has no node any more is rolled back after its deadline', async () => {
  const { world, pass, status, events, setImage, share } = await givenStepped({
    kind: 'DaemonSet',
    gates: true,
    analysis: placedOnSpot,
    before: ({ store }) =>
      void store.create({
        ...{ apiVersion: 'v1', kind: 'Node' },
        metadata: { name: 'spot-1', labels: { spot: 'yes' } },
      }),
  })
  world.outside.gates = ['confirm-promotion']
  setImage('b')
  await pass(120)
  expect([status().phase, share()]).toEqual(['WaitingPromotion', 50])
  world.store.delete({ ...node, name: 'spot-1' })
  await pass(60)
  expect(status().phase).toBe('WaitingPromotion')
  await pass(180)
  expect([status().phase, share()]).toEqual(['Failed', 0])
  expect(events().join('\n')).toMatch(
    /Warning canary daemonset app.test not ready: no node fits it/,
  )
})
