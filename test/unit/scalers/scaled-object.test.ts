import { describe, expect, test } from 'vitest'
import { rewritten } from '../../../src/scalers/scaled-object/queries.ts'
import { type ScaledObject, scaler } from '../../../src/scalers/scaled-object/scaler.ts'
import { canary } from '../workloads/builders.ts'
import { comparable, reading, recorded, scaledObject } from './builders.ts'

const pause = 'autoscaling.keda.sh/paused-replicas'
type Ref = Parameters<typeof reading>[2]

const of = (objects: ScaledObject[], ref: Ref = {}) => reading('ScaledObject', objects, ref)
const made = (target: ScaledObject, ref: Ref = {}) =>
  scaler.primary(of([target], ref), 'nothing')[0] as ScaledObject

test('the primary gets the recorded copy, with the query that the Canary gives', () => {
  const [target] = recorded<ScaledObject>('keda-scaledobject', 'ScaledObject/podinfo-so')
  const [primary] = recorded<ScaledObject>('keda-scaledobject', 'ScaledObject/podinfo-so-primary')
  const query = 'sum(rate(http_requests_total{app="podinfo-primary"}[30s]))'
  const ref = { name: 'podinfo-so', primaryScalerQueries: { trigger: query } }
  expect(target && comparable(made(target, ref))).toEqual(primary)
})

test('a copy has every field of the target’s, also those that this version does not know', () => {
  const triggers = [
    { type: 'kafka', useCachedMetrics: true, authenticationRef: { name: 'a', kind: 'Cluster' } },
  ]
  const target = scaledObject({
    triggers,
    ...{ initialCooldownPeriod: 5, fallback: { failureThreshold: 3, replicas: 2 } },
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
    advanced: { horizontalPodAutoscalerConfig: { name: 'mine' } },
  })
  expect(made(target).spec).toEqual({
    ...target.spec,
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo-primary' },
    advanced: { horizontalPodAutoscalerConfig: { name: 'mine-primary' } },
  })
})

test('no copy takes over a pause, or the name that KEDA writes on each', () => {
  const annotations = { [pause]: '0', 'autoscaling.keda.sh/paused': 'true', note: 'kept' }
  const labels = { 'scaledobject.keda.sh/name': 'podinfo', team: 'blue' }
  const copy = made(scaledObject({}, { annotations, labels }))
  expect(comparable(copy)).toMatchObject({ metadata: { annotations: { note: 'kept' } } })
  expect(Object.keys(copy.metadata.annotations ?? {})).toEqual(['note', 'flagger.app/copied'])
  expect(Object.keys(copy.metadata.labels ?? {})).toEqual(['team', 'app.kubernetes.io/managed-by'])

  const labelled = { ...copy, metadata: { ...copy.metadata, labels: { ...copy.metadata.labels } } }
  labelled.metadata.labels['scaledobject.keda.sh/name'] = 'podinfo-primary'
  expect(scaler.primary(of([scaledObject({}, { annotations, labels }), labelled]), 'all')).toEqual([
    labelled,
  ])
})

test('a primary’s that is held at zero, as Flagger copies it, is let go, whatever the phase', () => {
  const held = made(scaledObject())
  held.metadata = { ...held.metadata, annotations: { ...held.metadata.annotations, [pause]: '0' } }
  for (const follow of ['nothing', 'edits', 'all'] as const)
    expect(scaler.primary(of([scaledObject(), held]), follow)).toEqual([made(scaledObject())])
})

describe('the target’s', () => {
  const held = scaledObject({}, { annotations: { note: 'kept', [pause]: '0' } })

  test('is held at zero by a pause, once, and keeps the rest', () => {
    const target = scaledObject({}, { annotations: { note: 'kept' } })
    expect(scaler.hold(of([target]), true)).toEqual([held])
    expect(scaler.hold(of([held]), true)).toEqual([])
    expect(scaler.hold(of([held]), false)).toEqual([target])
    expect(scaler.hold(of([target]), false)).toEqual([])
  })

  test('is left alone where it scales something else, or is gone', () => {
    const others = scaledObject({ scaleTargetRef: { name: 'podinfo-primary' } })
    expect(scaler.hold(of([others]), true)).toEqual([])
    expect(scaler.hold(of([]), true)).toEqual([])
    expect(scaler.faults?.(of([others]))).toEqual([
      'ScaledObject podinfo.test scales Deployment podinfo-primary, and not Deployment podinfo; correct its spec.scaleTargetRef, or name another one in spec.autoscalerRef',
    ])
    expect(
      scaler.faults?.(
        of([scaledObject({ scaleTargetRef: { kind: 'StatefulSet', name: 'podinfo' } })]),
      ),
    ).toHaveLength(1)
    expect(scaler.faults?.(of([]))?.join()).toMatch(
      /^Keda ScaledObject podinfo.test get query error/,
    )
  })
})

describe('sizes', () => {
  test.each([
    ['a minimum', { minReplicaCount: 2 }, 2, false],
    ['a minimum with an idle size', { minReplicaCount: 2, idleReplicaCount: 0 }, 2, true],
    ['a minimum of zero', { minReplicaCount: 0 }, 1, true],
  ])('%s', (_what, spec, smallest, target) => {
    const sizing = scaler.sizing(of([scaledObject(spec)]))
    expect(sizing).toEqual({ smallest, mayRest: { target, primary: target } })
  })

  test('the primary’s own limits decide whether it may be at zero', () => {
    const ref = { primaryScalerReplicas: { minReplicas: 0, maxReplicas: 9 } }
    const target = scaledObject({ minReplicaCount: 2, idleReplicaCount: 0 })
    expect(made(target, ref).spec).toMatchObject({ minReplicaCount: 0, maxReplicaCount: 9 })
    expect(made(target, ref).spec).not.toHaveProperty('idleReplicaCount')
    const whole = scaledObject({ minReplicaCount: 2 })
    expect(scaler.sizing(of([whole], ref)).mayRest).toEqual({ target: false, primary: true })
  })

  test('limits that exclude each other are told, with the field', () => {
    const ref = { primaryScalerReplicas: { minReplicas: 5 } }
    expect(scaler.faults?.(of([scaledObject()], ref))).toEqual([
      'with spec.autoscalerRef.primaryScalerReplicas the primary would have minReplicaCount 5 over maxReplicaCount 3; set both of them, since ScaledObject podinfo.test has 1 to 3',
    ])
  })
})

describe('queries', () => {
  test.each([
    ['app="podinfo"', 'app="podinfo-primary"'],
    ['app="podinfo-canary", svc="podinfo"', 'app="podinfo-primary", svc="podinfo-primary"'],
    ['pod=~"podinfo-[0-9a-f]+-.*"', 'pod=~"podinfo-primary-[0-9a-f]+-.*"'],
    ['host="podinfo.test.svc"', 'host="podinfo-primary.test.svc"'],
    ['app="podinfo-primary"', 'app="podinfo-primary"'],
    ['podinfo_requests_total{app="podinfo-admin"}', 'podinfo_requests_total{app="podinfo-admin"}'],
    ['up{namespace="podinfo",app="podinfo"}', 'up{namespace="podinfo",app="podinfo-primary"}'],
    ['rapid_podinfo_total{x="my-podinfo"}', 'rapid_podinfo_total{x="my-podinfo"}'],
  ])('%s becomes %s', (query, want) => {
    expect(rewritten(query, canary())).toBe(want)
  })

  test('those that the Canary gives replace those of the triggers they name, and no others are rewritten', () => {
    const triggers = ['rps', 'depth'].map((name) => ({
      type: 'prometheus',
      name,
      metadata: { query: `${name}{app="podinfo"}` },
    }))
    const ref = { primaryScalerQueries: { rps: 'mine', gone: 'nobody' } }
    const target = scaledObject({ triggers })
    expect(made(target, ref).spec.triggers?.map(({ metadata }) => metadata?.query)).toEqual([
      'mine',
      'depth{app="podinfo"}',
    ])
    expect(scaler.warnings?.(of([target], ref))).toEqual([
      'spec.autoscalerRef.primaryScalerQueries has gone, and no trigger of ScaledObject podinfo.test has this name; correct one of the two',
    ])
  })
})
