import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import { deployment as workload } from '../../../../src/workloads/deployment/workload.ts'
import type { Deployment } from '../../../../src/workloads/pods/pod-template.ts'
import { canary, context, deployment, written } from '../builders.ts'
import { initialized, primaryOf } from './initialized.ts'

test('an autoscaled primary keeps its replicas when promoted', () => {
  const objects = initialized([deployment({ replicas: 2 })])
  const scaled = written(objects, [deployment({ replicas: 5 })])
  const autoscalerRef = {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    name: 'podinfo',
  }
  const autoscaled = context(scaled, { canary: canary({ spec: { autoscalerRef } }) })
  expect(primaryOf(workload.promote(context(scaled))).spec.replicas).toBe(5)
  expect(primaryOf(workload.promote(autoscaled)).spec.replicas).toBe(2)
})

test('a promotion leaves the size of a primary that an autoscaler by hand sees to', () => {
  const before = initialized([deployment({ replicas: 2 })])
  const next = written(before, [deployment({ replicas: 9, image: 'podinfo:2' })])
  const sizeOf = (keepsSize: boolean) =>
    primaryOf(workload.promote(context(next, { keepsSize }))).spec.replicas
  expect([sizeOf(true), sizeOf(false)]).toEqual([2, 9])
})

test('another size reaches the primary alone, and only where it is another', () => {
  const objects = written([deployment()], workload.initialize(context([deployment()])))
  const resized = workload.resize(context(objects), 7)
  expect(resized).toMatchObject([{ metadata: { name: 'podinfo-primary' }, spec: { replicas: 7 } }])
  expect(workload.resize(context(objects), 2)).toEqual([])
  expect(workload.resize(context([deployment()]), 7)).toEqual([])
})

test('a promotion never scales the primary to zero', () => {
  const objects = written(initialized([deployment()]), [deployment({ replicas: 0 })])
  expect(primaryOf(workload.promote(context(objects))).spec.replicas).toBe(2)
})

describe('scaling', () => {
  const replicasOf = (found: readonly KubeObject[]) =>
    found.map((object) => (object as Deployment).spec.replicas)

  test('to zero writes zero, once', () => {
    expect(replicasOf(workload.scale(context([deployment()]), 'zero'))).toEqual([0])
    expect(workload.scale(context([deployment({ replicas: 0 })]), 'zero')).toEqual([])
  })

  test('to full leaves a target that has replicas', () => {
    expect(workload.scale(context([deployment({ replicas: 1 })]), 'full')).toEqual([])
  })

  test('to full takes the replicas of the primary', () => {
    const objects = [
      deployment({ replicas: 0 }),
      deployment({ name: 'podinfo-primary', replicas: 4 }),
    ]
    expect(replicasOf(workload.scale(context(objects), 'full'))).toEqual([4])
    expect(replicasOf(workload.scale(context(objects.slice(0, 1)), 'full'))).toEqual([1])
  })

  test('to full takes the size that an autoscaler begins with, whatever the primary has', () => {
    const objects = [
      deployment({ replicas: 0 }),
      deployment({ name: 'podinfo-primary', replicas: 40 }),
    ]
    const sizing = { smallest: 3, mayRest: { target: false, primary: false } }
    expect(replicasOf(workload.scale(context(objects, { sizing }), 'full'))).toEqual([3])
  })

  test('restoring gives the target as many replicas as the primary', () => {
    const objects = [
      deployment({ replicas: 0 }),
      deployment({ name: 'podinfo-primary', replicas: 4 }),
    ]
    const { write } = workload.restore(context(objects))
    expect(replicasOf(write)).toEqual([4])
  })
})

describe('readiness', () => {
  const observe = (target: Deployment, primary?: Deployment, status: object = {}) =>
    workload.observe(
      context(primary ? [target, primary] : [target], { canary: canary({ status }) }),
    )
  const unavailable = {
    observedGeneration: 1,
    replicas: 2,
    updatedReplicas: 2,
    availableReplicas: 1,
  }

  test('names the object that is not ready', () => {
    const { target, primary } = observe(
      deployment({ status: unavailable }),
      deployment({ name: 'podinfo-primary', status: { ...unavailable, observedGeneration: 0 } }),
    )
    expect(target).toEqual({
      state: 'waiting',
      why: 'canary deployment podinfo.test not ready: waiting for rollout to finish: 1 of 2 (readyThreshold 100%) updated replicas are available',
      routine: true,
    })
    expect(primary).toEqual({
      state: 'waiting',
      why: 'podinfo-primary.test not ready: waiting for rollout to finish: observed deployment generation less than desired generation',
      routine: true,
    })
  })

  test('a primary that does not exist yet is missing', () => {
    expect(observe(deployment()).primary).toEqual({
      state: 'missing',
      why: 'podinfo-primary.test not ready: deployment podinfo-primary.test get query error: deployments.apps "podinfo-primary" not found',
      onceMade:
        'podinfo-primary.test not ready: waiting for rollout to finish: observed deployment generation less than desired generation',
    })
  })

  test('a primary at zero gets no traffic', () => {
    const { primary } = observe(deployment(), deployment({ name: 'podinfo-primary', replicas: 0 }))
    expect(primary).toEqual({
      state: 'waiting',
      why: 'podinfo-primary.test not ready: it is scaled to zero, and traffic needs at least one replica',
    })
  })

  test('a target at zero gets no traffic in a run, and rests otherwise', () => {
    const target = deployment({ replicas: 0 })
    expect(observe(target, undefined, { phase: 'Progressing' }).target.state).toBe('waiting')
    expect(observe(target, undefined, { phase: 'Succeeded' }).target.state).toBe('ready')
  })

  test('an autoscaler may rest the target at zero in a run, and the primary', () => {
    const ours = canary({ status: { phase: 'Progressing' } })
    const objects = [
      deployment({ replicas: 0 }),
      deployment({ name: 'podinfo-primary', replicas: 0 }),
    ]
    const sizing = { smallest: 1, mayRest: { target: true, primary: true } }
    const { target, primary } = workload.observe(context(objects, { canary: ours, sizing }))
    expect([target.state, primary.state]).toEqual(['ready', 'ready'])
  })
})
