import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import { daemonSet as workload } from '../../../../src/workloads/daemon-set/workload.ts'
import type { DaemonSet } from '../../../../src/workloads/pods/pod-template.ts'
import { canary as canaryWith, config, context as contextOf, now, written } from '../builders.ts'

const restKey = 'flagger.app/scale-to-zero'
const targetRef = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'podinfo' }
const canary = ({ spec = {}, ...of }: { spec?: object; analysis?: object; status?: object } = {}) =>
  canaryWith({ ...of, spec: { targetRef, ...spec } })
const context: typeof contextOf = (objects, of) => contextOf(objects, { canary: canary(), ...of })

function daemonSet({
  name = 'podinfo',
  pods = {},
  spec = {},
  status = {},
}: {
  name?: string
  pods?: object
  spec?: object
  status?: object
} = {}): DaemonSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace: 'test', generation: 2 },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'podinfod', image: 'podinfo:1' }], ...pods },
      },
      ...spec,
    },
    status: {
      observedGeneration: 2,
      desiredNumberScheduled: 4,
      updatedNumberScheduled: 4,
      numberAvailable: 4,
      ...status,
    },
  }
}

const resting = { nodeSelector: { [restKey]: 'true' } }

/** A cluster in which the primary was made. */
function initialized(target: DaemonSet): KubeObject[] {
  return written([target], workload.initialize(context([target])))
}

function primaryIn(objects: readonly KubeObject[]): DaemonSet {
  return objects.find(({ metadata }) => metadata.name === 'podinfo-primary') as DaemonSet
}

describe('the recorded rollout', () => {
  const file = new URL('../../../conformance/recordings/k8s-daemonset.json', import.meta.url)
  const { states } = JSON.parse(readFileSync(file, 'utf8')) as {
    states: Record<string, DaemonSet[]>
  }
  const inTest = (found: DaemonSet | undefined) =>
    JSON.parse(JSON.stringify(found).replaceAll('<ns>', 'test')) as DaemonSet
  const [first, atRest, nextAtRest, nextAwake] = (states['DaemonSet/podinfo'] ?? []).map(inTest)
  const [made, promoted] = (states['DaemonSet/podinfo-primary'] ?? []).map(inTest)

  test('gets the recorded primary, and is promoted to the recorded one', () => {
    const found = written([first as DaemonSet], workload.initialize(context([first as DaemonSet])))
    expect(primaryIn(found).spec).toEqual(withId(made, primaryIn(found)))

    const next = workload.promote(context(written(found, [nextAwake as DaemonSet])))
    expect(primaryIn(next).spec).toEqual(withId(promoted, primaryIn(next)))
  })

  test('rests and wakes as recorded', () => {
    expect(workload.scale(context([first as DaemonSet]), 'zero')).toEqual([atRest])
    expect(workload.scale(context([nextAtRest as DaemonSet]), 'full')).toEqual([nextAwake])
  })
})

/** The identifier of a promotion is random in Flagger. */
function withId(recorded: DaemonSet | undefined, own: DaemonSet): DaemonSet['spec'] | undefined {
  const id = own.spec.template.metadata?.annotations?.['flagger-id']
  expect(id).toMatch(/^[0-9a-f-]{36}$/)
  const annotations = recorded?.spec.template.metadata?.annotations
  if (annotations && id) annotations['flagger-id'] = id
  return recorded?.spec
}

test('a rest is no revision, and leaves what else the pods ask of a node', () => {
  const user = daemonSet({ pods: { nodeSelector: { disk: 'ssd' } } })
  const [rested] = workload.scale(context([user]), 'zero') as [DaemonSet]
  expect(rested.spec.template.spec.nodeSelector).toEqual({ disk: 'ssd', [restKey]: 'true' })
  expect(workload.scale(context([rested]), 'zero')).toEqual([])

  const revision = (of: DaemonSet) => workload.observe(context([of])).revision
  expect(revision(rested)).toBe(revision(user))
  expect(workload.scale(context([rested]), 'full')).toEqual([user])
  expect(workload.restore(context([rested]))).toEqual({ write: [user], remove: [] })
  expect(workload.restore(context([user]))).toEqual({ write: [], remove: [] })
})

test('says who rests, and has no size', () => {
  const objects = initialized(daemonSet({ pods: resting }))
  const state = workload.observe(context(objects))
  expect(state.atRest).toEqual({ target: true, primary: false })
  expect(state).not.toHaveProperty('sizes')
  expect(workload.resize(context(objects), 3)).toEqual([])
})

test('a primary never rests, whatever its target does', () => {
  const rested = daemonSet({ pods: resting })
  expect(primaryIn(initialized(rested)).spec.template.spec).not.toHaveProperty('nodeSelector')

  const made = primaryIn(initialized(daemonSet()))
  const template = { ...made.spec.template, spec: { ...made.spec.template.spec, ...resting } }
  const byFlagger = { ...made, spec: { ...made.spec, template } }
  expect(workload.initialize(context([rested, byFlagger]))).toEqual([made])
})

test('pod settings of the canary are placed for a run, and gone at rest', () => {
  const templateVariables = { nodeSelector: { pool: 'canary' } }
  const of = canary({ analysis: { canaryAnalysis: { templateVariables } } })
  const user = daemonSet({ pods: { nodeSelector: { disk: 'ssd' } } })
  const [placed] = workload.scale(context([user], { canary: of }), 'full') as [DaemonSet]
  expect(placed.spec.template.spec.nodeSelector).toEqual({ pool: 'canary' })
  const [rested] = workload.scale(context([placed], { canary: of }), 'zero') as [DaemonSet]
  expect(rested.spec.template.spec.nodeSelector).toEqual({ disk: 'ssd', [restKey]: 'true' })
  expect(workload.restore(context([rested], { canary: of })).write).toEqual([user])
})

test('configuration gets copies, and a missing one is told in the words of the kind', () => {
  const pods = { volumes: [{ name: 'v', configMap: { name: 'env' } }] }
  const target = daemonSet({ pods })
  const env = config('ConfigMap', 'env', { data: { a: '1' } })
  const writes = workload.initialize(context([target, env]))
  expect(writes.map(({ metadata }) => metadata.name)).toEqual(['env-primary', 'podinfo-primary'])
  expect(() => workload.initialize(context([target]))).toThrow(
    'createPrimaryDaemonSet failed: GetTargetConfigs failed: configmap env.test get query error',
  )
})

test('a repeated promotion changes nothing, and a promoted primary is known as that', () => {
  const objects = initialized(daemonSet())
  const next = daemonSet({ pods: { containers: [{ name: 'podinfod', image: 'podinfo:2' }] } })
  const before = written(objects, [next])
  expect(workload.observe(context(before)).promoted).toBe(false)
  const after = written(before, workload.promote(context(before)))
  expect(workload.promote(context(after))).toEqual([primaryIn(after)])
  const state = workload.observe(context(after))
  expect(state.promoted).toBe(true)
  expect(state.primaryRevision).toBe(state.revision)
})

test('what the API server notes on each DaemonSet stays with its own', () => {
  const noted = (value: string) => ({ 'deprecated.daemonset.template.generation': value })
  const [target, primary] = ['podinfo', 'podinfo-primary'].map((name) => daemonSet({ name }))
  if (!target || !primary) throw new Error('never')
  target.metadata.annotations = { ...noted('7'), note: 'kept' }
  primary.metadata.annotations = noted('2')
  const [wanted] = workload.promote(context([target, primary]))
  expect(wanted?.metadata.annotations).toEqual({ ...noted('2'), note: 'kept' })
})

test.each([
  [undefined, 'daemonset podinfo.test get query error: daemonsets.apps "podinfo" not found'],
  [
    daemonSet({ spec: { updateStrategy: { type: 'OnDelete' } } }),
    'daemonset podinfo.test must have RollingUpdate strategy but have OnDelete; ' +
      'set its spec.updateStrategy.type to RollingUpdate',
  ],
  [
    daemonSet({ spec: { selector: { matchLabels: { other: 'x' } } } }),
    'getSelectorLabel failed: daemonset podinfo.test spec.selector.matchLabels must contain ' +
      'one of [app name app.kubernetes.io/name]',
  ],
])('a target that can not be used is told: %#', (target, why) => {
  expect(() => workload.observe(context(target ? [target] : []))).toThrow(why)
})

describe('readiness', () => {
  const minutesAgo = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString()
  const running = (minutes: number) => ({
    phase: 'Progressing',
    lastTransitionTime: minutesAgo(minutes),
  })
  const at = (
    status: object,
    { run = {}, analysis = {} }: { run?: object; analysis?: object } = {},
  ) => {
    const objects = [daemonSet({ status }), daemonSet({ name: 'podinfo-primary', status })]
    const of = canary({ status: run, analysis })
    const { target, primary } = workload.observe(context(objects, { canary: of }))
    return { target, primary }
  }
  const waiting = 'waiting for rollout to finish:'

  test.each<[string, object, object, string]>([
    [
      'a status of an older spec',
      { observedGeneration: 1 },
      {},
      `${waiting} observed daemonset generation less than desired generation`,
    ],
    [
      'pods of an older template',
      { updatedNumberScheduled: 1 },
      {},
      `${waiting} 1 out of 4 new pods have been updated`,
    ],
    [
      'pods that are not available',
      { numberAvailable: 1 },
      { canaryReadyThreshold: 50, primaryReadyThreshold: 50 },
      `${waiting} 1 of 2 (readyThreshold 50%) updated pods are available`,
    ],
    [
      'a share of less than one pod',
      { numberAvailable: 0 },
      { canaryReadyThreshold: 10, primaryReadyThreshold: 10 },
      `${waiting} 0 of 1 (readyThreshold 10%) updated pods are available`,
    ],
  ])('waits for %s', (_name, status, analysis, why) => {
    expect(at(status, { analysis })).toEqual({
      target: {
        state: 'waiting',
        routine: true,
        why: `canary daemonset podinfo.test not ready: ${why}`,
      },
      primary: {
        state: 'waiting',
        routine: true,
        why: `primary daemonset podinfo-primary.test not ready: ${why}`,
      },
    })
  })

  test('is there once enough pods are available', () => {
    const analysis = { canaryReadyThreshold: 50, primaryReadyThreshold: 50 }
    const ready = { state: 'ready' }
    expect(at({ numberAvailable: 2 }, { analysis })).toEqual({ target: ready, primary: ready })
  })

  test('fails beyond the deadline of a run, counted from its last step', () => {
    const status = { numberAvailable: 3 }
    expect(at(status, { run: running(9) }).target.state).toBe('waiting')
    expect(at(status, { run: running(11) }).target).toEqual({
      state: 'failed',
      why:
        'canary daemonset podinfo.test not ready: exceeded its progressDeadlineSeconds: 600 ' +
        '(3 of 4 (readyThreshold 100%) updated pods are available)',
    })
  })

  test('does not fail where no run is on, however long ago the last one was', () => {
    const idle = { phase: 'Succeeded', lastTransitionTime: minutesAgo(10_000) }
    expect(at({ numberAvailable: 3 }, { run: idle }).primary.state).toBe('waiting')
  })

  test('without a node there is nothing that could serve', () => {
    const none = { desiredNumberScheduled: 0, updatedNumberScheduled: 0, numberAvailable: 0 }
    const why =
      'not ready: no node fits it, and traffic needs at least one pod; correct nodeSelector, ' +
      'affinity or tolerations of the target, or add a node'
    expect(at(none, { run: running(1) })).toEqual({
      target: { state: 'waiting', why: `canary daemonset podinfo.test ${why}` },
      primary: { state: 'waiting', why: `primary daemonset podinfo-primary.test ${why}` },
    })
    // Users who meet the canary meet nobody: no run waits for a node without end.
    expect(at(none, { run: running(11) }).target).toEqual({
      state: 'failed',
      why: `canary daemonset podinfo.test ${why}`,
    })
    // A target at rest is as it should be.
    expect(at(none, { run: { phase: 'Succeeded' } }).target).toEqual({ state: 'ready' })
  })

  test('a primary that is to be made is told as missing', () => {
    expect(workload.observe(context([daemonSet()])).primary).toEqual({
      state: 'missing',
      why:
        'primary daemonset podinfo-primary.test not ready: daemonset podinfo-primary.test ' +
        'get query error: daemonsets.apps "podinfo-primary" not found',
      onceMade:
        'primary daemonset podinfo-primary.test not ready: ' +
        `${waiting} observed daemonset generation less than desired generation`,
    })
  })
})

test.each([
  [{ ports: [{ containerPort: 9100, hostPort: 9100 }] }, {}, 'takes port 9100 of its nodes'],
  [
    { ports: [{ containerPort: 80 }, { containerPort: 81 }] },
    { hostNetwork: true },
    'takes ports 80, 81 of its nodes',
  ],
  [{ ports: [{ containerPort: 80 }] }, {}, undefined],
  [{}, { hostNetwork: true }, undefined],
])('of %j and %j it is told that %s', (container, pods, said) => {
  const containers = [{ name: 'podinfod', image: 'podinfo:1', ...container }]
  const state = workload.observe(context([daemonSet({ pods: { containers, ...pods } })]))
  const told = state.warnings?.filter((text) => text.includes('of its nodes')) ?? []
  expect(told).toEqual(
    said === undefined ? [] : [expect.stringContaining(`daemonset podinfo.test ${said}`)],
  )
})
