import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import { deployment as workload } from '../../../../src/workloads/deployment/workload.ts'
import type { Deployment } from '../../../../src/workloads/pods/pod-template.ts'
import { canary, config, context, deployment, golden, written } from '../builders.ts'
import { initialized } from './initialized.ts'

describe('tracked configuration', () => {
  const pods = {
    containers: [
      { name: 'a', envFrom: [{ configMapRef: { name: 'env' } }, { secretRef: { name: 'key' } }] },
    ],
  }
  const env = config('ConfigMap', 'env', { data: { color: 'red' } })
  const key = config('Secret', 'key', { data: { apiKey: 'dGVzdA==' }, type: 'Opaque' })

  test('is observed by checksum', () => {
    const { configs } = workload.observe(context([deployment({ pods }), env, key]))
    expect(configs).toEqual({
      'configmap/env': '241889ca0604e333',
      'secret/key': '3930f0692c2295eb',
    })
  })

  test('is neither read nor copied when tracking is off', () => {
    const settings = { ...context([]).settings, configTracking: false }
    const of = context([deployment({ pods })], { settings })
    expect(workload.observe(of).configs).toBeUndefined()
    expect(workload.initialize(of)).toHaveLength(1)
    expect(workload.reads(of)).toHaveLength(2)
  })

  test('that is missing holds the target, and keeps its checksum', () => {
    const status = { trackedConfigs: { 'configmap/env': 'before' } }
    const { configs, target } = workload.observe(
      context([deployment({ pods }), key], { canary: canary({ status }) }),
    )
    expect(configs).toEqual({ 'configmap/env': 'before', 'secret/key': '3930f0692c2295eb' })
    expect(target).toEqual({
      state: 'waiting',
      why: 'canary deployment podinfo.test not ready: configmap env.test get query error: configmap env.test get query error: configmaps "env" not found',
    })
  })

  test('that is missing lets no primary be made', () => {
    expect(() => workload.initialize(context([deployment({ pods }), key]))).toThrow(
      'createPrimaryDeployment failed: GetTargetConfigs failed: configmap env.test get query error: configmap env.test get query error: configmaps "env" not found',
    )
  })

  test('is read along with the copies, of target and primary', () => {
    const objects = initialized([deployment({ pods }), env, key])
    const of = context(objects)
    const names = workload.reads(of).map(({ kind, name }) => `${kind}/${name}`)
    expect(names).toEqual([
      'Deployment/podinfo',
      'Deployment/podinfo-primary',
      'ConfigMap/env',
      'Secret/key',
      'ConfigMap/env-primary',
      'Secret/key-primary',
    ])
  })
})

describe('the revision', () => {
  const revisionOf = (target: Deployment) => workload.observe(context([target])).revision

  test('has the form that no other controller uses', () => {
    expect(revisionOf(deployment())).toMatch(/^v2:[0-9a-f]{40}$/)
  })

  test('changes with the template only', () => {
    expect(revisionOf(deployment({ replicas: 9 }))).toBe(revisionOf(deployment()))
    expect(revisionOf(deployment({ annotations: { a: 'b' } }))).toBe(revisionOf(deployment()))
    expect(revisionOf(deployment({ image: 'podinfo:2' }))).not.toBe(revisionOf(deployment()))
  })

  test('changes when a restart is asked for', () => {
    const restarted = deployment({
      templateAnnotations: { 'kubectl.kubernetes.io/restartedAt': 'now' },
    })
    expect(revisionOf(restarted)).not.toBe(revisionOf(deployment()))
  })

  test.each(['configs', 'affinity'])(
    'of the primary is the target’s own in the recording %s',
    (name) => {
      const { found, created } = golden(name)
      const state = workload.observe(context([...found, ...created]))
      expect(state.primaryRevision).toBe(state.revision)
    },
  )

  test.each(['configs', 'affinity'])(
    'of the primary stays known when the target moves on, in %s',
    (name) => {
      const { found, created } = golden(name)
      const objects = [...found, ...created]
      const { revision } = workload.observe(context(objects))
      const target = structuredClone(
        objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'podinfo'),
      ) as Deployment
      target.spec.template.spec.containers = [{ name: 'other', image: 'other:1' }]
      const state = workload.observe(context(written(objects, [target])))
      expect(state.primaryRevision).toBe(revision)
      expect(state.revision).not.toBe(revision)
      expect(state.promoted).toBe(false)
    },
  )
})

describe('promoted', () => {
  const observe = (objects: KubeObject[], status: object = {}) =>
    workload.observe(context(objects, { canary: canary({ status }) })).promoted
  const { found } = golden('configs')

  test('is true after the promotion', () => {
    expect(observe(initialized([...found]))).toBe(true)
    expect(observe([...found])).toBe(false)
  })

  test('is false while a copy is old or the pods were not restarted', () => {
    const objects = initialized([...found])
    const changed = config('ConfigMap', 'podinfo-env', { data: { A: '2' } })
    const status = { phase: 'Progressing' }
    const edited = written(objects, [changed])
    expect(observe(edited, status)).toBe(false)

    const [copies, primary] = [
      workload.promote(context(edited)).filter(({ kind }) => kind !== 'Deployment'),
      workload.promote(context(edited)).filter(({ kind }) => kind === 'Deployment'),
    ]
    expect(observe(written(edited, copies), status)).toBe(false)
    expect(observe(written(edited, [...copies, ...primary]), status)).toBe(true)
  })
})

test('images are reported for target and primary', () => {
  const objects = [deployment({ image: 'podinfo:2' }), deployment({ name: 'podinfo-primary' })]
  const { images, sizes } = workload.observe(context(objects))
  expect(images).toEqual([{ container: 'podinfod', primary: 'podinfo:1', target: 'podinfo:2' }])
  expect(sizes).toEqual({ target: 2, primary: 2 })
})
