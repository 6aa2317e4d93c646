import { describe, expect, test } from 'vitest'
import type { HorizontalPodAutoscaler } from '../../../src/scalers/horizontal-pod-autoscaler/scaler.ts'
import { scaler } from '../../../src/scalers/horizontal-pod-autoscaler/scaler.ts'
import { comparable, hpa, reading, recorded } from './builders.ts'

const kind = 'HorizontalPodAutoscaler'
type Ref = Parameters<typeof reading>[2]

const of = (objects: HorizontalPodAutoscaler[], ref: Ref = {}) => reading(kind, objects, ref)
const made = (objects: HorizontalPodAutoscaler[], ref: Ref = {}) => {
  const [copy] = scaler.primary(of(objects, ref), 'nothing')
  return copy as HorizontalPodAutoscaler
}

test('the primary gets the recorded copy', () => {
  const [target] = recorded<HorizontalPodAutoscaler>('k8s-bluegreen', `${kind}/podinfo`)
  const [primary] = recorded<HorizontalPodAutoscaler>('k8s-bluegreen', `${kind}/podinfo-primary`)
  expect(comparable(target && made([target]))).toEqual(primary)
})

test('a copy has the labels of the target’s, and none by which Flux or KEDA tell whose it is', () => {
  const ofTools = {
    'kustomize.toolkit.fluxcd.io/name': 'apps',
    'objectset.rio.cattle.io/hash': 'a1',
  }
  const labels = { team: 'blue', ...ofTools }
  const annotations = { note: 'not copied' }
  expect(made([hpa({}, { labels, annotations })]).metadata).toMatchObject({
    labels: { team: 'blue', 'app.kubernetes.io/managed-by': 'flagger' },
    annotations: { 'flagger.app/copied': expect.stringMatching(/^v2:/) },
  })
  const copied = Object.keys(made([hpa({}, { labels })]).metadata.labels ?? {})
  expect(copied.filter((key) => key in ofTools)).toEqual([])
})

test('limits of the primary’s own take the place of the target’s', () => {
  const ref = { primaryScalerReplicas: { minReplicas: 10, maxReplicas: 50 } }
  expect(made([hpa()], ref).spec).toMatchObject({ minReplicas: 10, maxReplicas: 50 })
  expect(made([hpa()], { primaryScalerReplicas: { maxReplicas: 9 } }).spec).toMatchObject({
    minReplicas: 2,
    maxReplicas: 9,
  })
})

describe('once there is a copy', () => {
  const before = [hpa(), made([hpa()])]
  const edited = [hpa({ maxReplicas: 9 }), made([hpa()])]
  const byHand = [hpa(), { ...made([hpa()]), spec: { ...made([hpa()]).spec, maxReplicas: 20 } }]
  const most = (objects: HorizontalPodAutoscaler[], follow: 'nothing' | 'edits' | 'all') =>
    scaler
      .primary(of(objects), follow)
      .map((one) => (one as HorizontalPodAutoscaler).spec.maxReplicas)

  test('writing it again changes nothing', () => {
    expect(scaler.primary(of(before), 'edits')).toEqual([before[1]])
    expect(scaler.primary(of(before), 'all')).toEqual([before[1]])
  })

  test('a run leaves it alone, an edit is followed at rest, and comes with a promotion', () => {
    expect(most(edited, 'nothing')).toEqual([])
    expect(most(edited, 'edits')).toEqual([9])
    expect(most(edited, 'all')).toEqual([9])
  })

  test('other limits in the Canary are an edit too', () => {
    const ref = { primaryScalerReplicas: { maxReplicas: 30 } }
    expect(scaler.primary(of(before, ref), 'edits')).toMatchObject([{ spec: { maxReplicas: 30 } }])
  })

  test('what somebody set on it by hand stays at rest, is told, and goes with a promotion', () => {
    expect(most(byHand, 'edits')).toEqual([20])
    expect(most(byHand, 'all')).toEqual([4])
    expect(scaler.warnings?.(of(byHand))).toEqual([
      `${kind} podinfo-primary.test was edited, and is left like that until podinfo or spec.autoscalerRef is edited, or a version is promoted; for good, edit these`,
    ])
    expect(scaler.warnings?.(of(before))).toEqual([])
  })

  test('one that Flagger made follows from the next edit on', () => {
    const flaggers = made([hpa()])
    flaggers.metadata = { ...flaggers.metadata, annotations: {} }
    const [adopted] = scaler.primary(of([hpa({ maxReplicas: 9 }), flaggers]), 'edits')
    expect(adopted).toMatchObject({ spec: { maxReplicas: 4 } })
    const next = [hpa({ maxReplicas: 12 }), adopted as HorizontalPodAutoscaler]
    expect(most(next, 'edits')).toEqual([12])
  })

  test('one that somebody else made is left as it is, with a sentence', () => {
    const own = hpa({ maxReplicas: 7 }, { name: 'podinfo-primary' })
    expect(scaler.primary(of([hpa(), own]), 'all')).toEqual([])
    expect(scaler.faults?.(of([hpa(), own]))).toEqual([
      `${kind} podinfo-primary.test was not made for it, and is left as it is; delete it to get a copy of podinfo, or remove spec.autoscalerRef`,
    ])
  })

  test('the target’s may go without ending a run', () => {
    expect(scaler.primary(of([made([hpa()])]), 'all')).toEqual([])
  })
})

describe('no copy is made', () => {
  const elsewhere = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo-primary' }
  const narrow = { primaryScalerReplicas: { minReplicas: 10 } }
  test.each<[string, HorizontalPodAutoscaler[], Ref, string]>([
    [
      'of one that is missing',
      [],
      {},
      `${kind} podinfo.test get query error: horizontalpodautoscalers.autoscaling "podinfo" not found; create it, or remove spec.autoscalerRef`,
    ],
    [
      'of one that scales something else',
      [hpa({ scaleTargetRef: elsewhere })],
      {},
      `${kind} podinfo.test scales Deployment podinfo-primary, and not Deployment podinfo; correct its spec.scaleTargetRef, or name another one in spec.autoscalerRef`,
    ],
    [
      'with limits that exclude each other',
      [hpa()],
      narrow,
      `with spec.autoscalerRef.primaryScalerReplicas the primary would have minReplicas 10 over maxReplicas 4; set both of them, since ${kind} podinfo.test has 2 to 4`,
    ],
  ])('%s', (_what, objects, ref, sentence) => {
    expect(() => scaler.primary(of(objects, ref), 'nothing')).toThrow(
      `canary podinfo.test: ${sentence}`,
    )
    expect(scaler.faults?.(of(objects, ref))).toEqual([sentence])
  })
})

test('a canary begins with its minimum, and rests at zero by Kubernetes itself', () => {
  expect(scaler.sizing(of([hpa({ minReplicas: 3 })]))).toEqual({
    smallest: 3,
    mayRest: { target: false, primary: false },
  })
  expect(scaler.sizing(of([])).smallest).toBe(1)
  expect(scaler.hold(of([hpa()]), true)).toEqual([])
})

test('a minimum of zero, where a cluster allows it, may rest in a run, and is warned of', () => {
  const objects = [hpa({ minReplicas: 0 })]
  expect(scaler.sizing(of(objects))).toEqual({
    smallest: 1,
    mayRest: { target: true, primary: false },
  })
  expect(scaler.warnings?.(of(objects))).toEqual([
    `${kind} podinfo.test has minReplicas 0, and keeps the target from its rest; set it to 1`,
  ])
})

test.each(['autoscaling/v2beta1', 'autoscaling/v2beta2'])(
  '%s is read as v2, and said',
  (apiVersion) => {
    expect(made([hpa()], { apiVersion }).apiVersion).toBe('autoscaling/v2')
    expect(scaler.warnings?.(of([hpa()], { apiVersion }))?.join()).toMatch(
      /^spec.autoscalerRef.apiVersion autoscaling\/v2beta\d is read as autoscaling\/v2: since .* set it to/,
    )
    expect(scaler.warnings?.(of([hpa()], { apiVersion: 'autoscaling/v2' }))).toEqual([])
  },
)

test('queries are for triggers, which it has none of', () => {
  expect(scaler.warnings?.(of([hpa()], { primaryScalerQueries: { rps: 'up' } }))).toEqual([
    `spec.autoscalerRef.primaryScalerQueries has no effect with a ${kind}, which has no triggers; remove it`,
  ])
})
