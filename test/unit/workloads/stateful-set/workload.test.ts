import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import type { StatefulSet } from '../../../../src/workloads/pods/pod-template.ts'
import { statefulSet as workload } from '../../../../src/workloads/stateful-set/workload.ts'
import { canary as canaryWith, context as contextOf, now, written } from '../builders.ts'

const targetRef = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'podinfo' }
const canary = ({ spec = {}, ...of }: { spec?: object; status?: object } = {}) =>
  canaryWith({ ...of, spec: { targetRef, ...spec } })
const context: typeof contextOf = (objects, of) => contextOf(objects, { canary: canary(), ...of })
const accepting = canary({ spec: { acceptEmptyClaims: true } })

function statefulSet({
  name = 'podinfo',
  image = 'podinfo:1',
  spec = {},
  status = {},
}: {
  name?: string
  image?: string
  spec?: object
  status?: object
} = {}): StatefulSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace: 'test', generation: 2 },
    spec: {
      replicas: 3,
      serviceName: 'peers',
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'podinfod', image }] },
      },
      ...spec,
    },
    status: {
      observedGeneration: 2,
      replicas: 3,
      updatedReplicas: 3,
      availableReplicas: 3,
      ...status,
    },
  }
}

const claims = (...names: string[]) => ({
  volumeClaimTemplates: names.map((name) => ({ metadata: { name } })),
})

function primaryIn(objects: readonly KubeObject[]): StatefulSet {
  return objects.find(({ metadata }) => metadata.name === 'podinfo-primary') as StatefulSet
}

test('the primary is made with all that a StatefulSet is fixed to', () => {
  const fixed = { podManagementPolicy: 'Parallel', ...claims('data') }
  const target = statefulSet({ spec: { ...fixed, minReadySeconds: 3, ordinals: { start: 1 } } })
  const made = primaryIn(workload.initialize(context([target], { canary: accepting })))
  expect(made.spec).toMatchObject({
    ...fixed,
    replicas: 3,
    serviceName: 'peers',
    minReadySeconds: 3,
    ordinals: { start: 1 },
    selector: { matchLabels: { app: 'podinfo-primary' } },
  })
})

test('a promotion changes nothing that the API server refuses to change', () => {
  const target = statefulSet({ spec: claims('data') })
  const of = { canary: accepting }
  const before = written([target], workload.initialize(context([target], of)))
  const next = statefulSet({ image: 'podinfo:2', spec: { ...claims('data'), serviceName: 'new' } })
  const found = written(before, [next])
  const after = written(found, workload.promote(context(found, of)))
  expect(primaryIn(after).spec).toMatchObject({ serviceName: 'peers', ...claims('data') })
  expect(primaryIn(after).spec.template.spec.containers[0]?.image).toBe('podinfo:2')
  expect(workload.observe(context(after, of)).promoted).toBe(true)
  expect(workload.promote(context(after, of))).toEqual([primaryIn(after)])
})

test('it rests at zero, comes back at the size of its primary, and goes back with it', () => {
  const target = statefulSet()
  const [rested] = workload.scale(context([target]), 'zero') as [StatefulSet]
  expect(rested.spec.replicas).toBe(0)
  const found = [rested, statefulSet({ name: 'podinfo-primary', spec: { replicas: 5 } })]
  expect(workload.scale(context(found), 'full')).toMatchObject([{ spec: { replicas: 5 } }])
  expect(workload.restore(context(found)).write).toMatchObject([{ spec: { replicas: 5 } }])
  expect(workload.observe(context(found)).atRest).toEqual({ target: true, primary: false })
})

describe('a StatefulSet that can not be released says what to do', () => {
  const message = (spec: object, of: object = {}) => {
    const target = statefulSet({ spec })
    try {
      workload.observe(context([target], of))
    } catch (error) {
      return (error as Error).message
    }
    return undefined
  }

  test('where nobody replaces its pods', () => {
    expect(message({ updateStrategy: { type: 'OnDelete' } })).toBe(
      'statefulset podinfo.test must have RollingUpdate strategy but have OnDelete; ' +
        'set its spec.updateStrategy.type to RollingUpdate',
    )
  })

  test('where some of its pods keep the old version', () => {
    expect(message({ updateStrategy: { rollingUpdate: { partition: 2 } } })).toBe(
      'statefulset podinfo.test keeps the old version in its pods below 2; set its ' +
        'spec.updateStrategy.rollingUpdate.partition to 0: the canary does what it is for',
    )
    expect(message({ updateStrategy: { rollingUpdate: { partition: 0 } } })).toBeUndefined()
  })

  test('where its primary would begin with empty claims that nobody accepted', () => {
    expect(message(claims('data', 'logs'))).toBe(
      'statefulset podinfo.test has volumeClaimTemplates (data, logs): its primary gets claims of ' +
        'its own, which start empty, and no data is copied between the two; if the pods of ' +
        'podinfo can begin with nothing, set spec.acceptEmptyClaims to true in the Canary',
    )
    expect(message(claims('data'), { canary: accepting })).toBeUndefined()
  })

  test('where a rest at zero would delete its data, accepted or not', () => {
    const spec = {
      ...claims('data'),
      persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' },
    }
    expect(message(spec, { canary: accepting })).toBe(
      'statefulset podinfo.test would lose its data whenever it rests at zero; set its ' +
        'spec.persistentVolumeClaimRetentionPolicy.whenScaled to Retain',
    )
  })

  test('where it was made anew with claims that its primary can not get', () => {
    const objects = [
      statefulSet({ spec: claims('data', 'logs') }),
      statefulSet({ name: 'podinfo-primary', spec: claims('data') }),
    ]
    expect(() => workload.observe(context(objects))).toThrow(
      'statefulset podinfo.test has the volumeClaimTemplates (data, logs), and its primary has ' +
        "(data), which can't be changed; put them back, or delete the Canary with its primary",
    )
  })
})

test('a Canary that takes its acceptance back keeps what it has', () => {
  const objects = ['podinfo', 'podinfo-primary'].map((name) =>
    statefulSet({ name, spec: claims('data') }),
  )
  expect(workload.observe(context(objects)).target.state).toBe('ready')
})

describe('readiness', () => {
  const waiting = 'waiting for rollout to finish:'
  const primary = (status: object, run: object = {}) => {
    const objects = [statefulSet(), statefulSet({ name: 'podinfo-primary', status })]
    return workload.observe(context(objects, { canary: canary({ status: run }) })).primary
  }

  test.each([
    [
      { observedGeneration: 1 },
      `${waiting} observed statefulset generation less than desired generation`,
    ],
    [{ updatedReplicas: 1 }, `${waiting} 1 out of 3 new pods have been updated`],
    [{ replicas: 5 }, `${waiting} 2 old pods are pending termination`],
    [
      { availableReplicas: 2 },
      `${waiting} 2 of 3 (readyThreshold 100%) updated pods are available`,
    ],
  ])('%o is waited for', (status, why) => {
    expect(primary(status)).toEqual({
      state: 'waiting',
      routine: true,
      why: `primary statefulset podinfo-primary.test not ready: ${why}`,
    })
  })

  test('fails beyond the deadline of a run, and never outside of one', () => {
    const lastTransitionTime = new Date(now.getTime() - 11 * 60_000).toISOString()
    const status = { availableReplicas: 2 }
    expect(primary(status, { phase: 'Promoting', lastTransitionTime })).toEqual({
      state: 'failed',
      why:
        'primary statefulset podinfo-primary.test not ready: exceeded its ' +
        'progressDeadlineSeconds: 600 (2 of 3 (readyThreshold 100%) updated pods are available)',
    })
    expect(primary(status, { phase: 'Succeeded', lastTransitionTime }).state).toBe('waiting')
  })
})
