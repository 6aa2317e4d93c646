import { expect, test } from 'vitest'
import { parseCanary } from '../../../../src/canary/canary.ts'
import { type KnativeService, primaryRevisionKey } from '../../../../src/knative-service.ts'
import type { KubeObject } from '../../../../src/objects.ts'
import { knativeService } from '../../../../src/workloads/knative-service/workload.ts'
import { revisionOf } from '../../../../src/workloads/revision.ts'
import { findIn } from '../../../support/find.ts'

const apiVersion = 'serving.knative.dev/v1'
const made = '2026-01-01T12:00:00Z'

function service(of: {
  latest?: string
  ready?: string
  primary?: string
  traffic?: object[]
}): KnativeService {
  const { latest, ready, primary, traffic } = of
  return {
    apiVersion,
    kind: 'Service',
    metadata: {
      name: 'podinfo',
      namespace: 'test',
      generation: 2,
      ...(primary && { annotations: { [primaryRevisionKey]: primary } }),
    },
    spec: traffic ? { traffic } : {},
    status: {
      ...(latest && { latestCreatedRevisionName: latest }),
      ...(ready && { latestReadyRevisionName: ready }),
    },
  }
}

function revision(name: string, status = 'True', message = ''): KubeObject {
  return {
    apiVersion,
    kind: 'Revision',
    metadata: { name, namespace: 'test', creationTimestamp: made },
    spec: { containers: [{ name: 'app', image: `podinfo:${name}` }] },
    status: { conditions: [{ type: 'Ready', status, message }] },
  } as KubeObject
}

function contextWith(cluster: KubeObject[], secondsLater = 10) {
  const { canary } = parseCanary(
    {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { name: 'podinfo', namespace: 'test' },
      spec: {
        provider: 'knative',
        progressDeadlineSeconds: 60,
        targetRef: { apiVersion, kind: 'Service', name: 'podinfo' },
        analysis: { interval: '1m', threshold: 2, stepWeight: 10 },
      },
    } as KubeObject,
    { meshProvider: 'istio', metricsServer: '' },
  )
  return {
    canary,
    find: findIn(cluster),
    settings: { selectorLabels: ['app'], includeLabelPrefix: [], configTracking: true },
    now: new Date(Date.parse(made) + secondsLater * 1_000),
  }
}

const [one, two] = ['podinfo-00001', 'podinfo-00002']

test('the latest revision is the canary, and the one that is noted the primary', () => {
  const found = service({ latest: two, ready: two, primary: one })
  const context = contextWith([found, revision(one), revision(two)])
  expect(knativeService.observe(context)).toMatchObject({
    target: { state: 'ready' },
    primary: { state: 'ready' },
    revision: revisionOf(two),
    primaryRevision: revisionOf(one),
    generation: 2,
    promoted: false,
    images: [{ container: 'app', primary: `podinfo:${one}`, target: `podinfo:${two}` }],
  })
  expect(knativeService.reads(context).map(({ name }) => name)).toEqual(['podinfo', one, two])
})

test('what serves until now becomes the primary, and not a revision that is still to come up', () => {
  const noted = (found: KnativeService) =>
    knativeService.initialize(contextWith([found]))[0]?.metadata.annotations
  expect(noted(service({ latest: one, ready: one }))).toEqual({ [primaryRevisionKey]: one })
  expect(noted(service({ latest: two, ready: one }))).toEqual({ [primaryRevisionKey]: one })
  expect(noted(service({ latest: one }))).toEqual({ [primaryRevisionKey]: one })
  expect(noted(service({ latest: two, primary: one }))).toBeUndefined()
  expect(noted(service({}))).toBeUndefined()
})

test('a note that was taken away comes back from the traffic', () => {
  const traffic = [
    { latestRevision: true, percent: 20 },
    { revisionName: one, percent: 80 },
  ]
  const found = service({ latest: two, ready: two, traffic })
  const context = contextWith([found, revision(one), revision(two)])
  expect(knativeService.observe(context).primary).toEqual({ state: 'ready' })
  const [again] = knativeService.initialize(context)
  expect(again?.metadata.annotations).toEqual({ [primaryRevisionKey]: one })
})

test('a promotion names the latest revision, and changes nothing else', () => {
  const found = service({ latest: two, ready: two, primary: one })
  const [promoted] = knativeService.promote(contextWith([found]))
  expect(promoted).toEqual(service({ latest: two, ready: two, primary: two }))
})

test('a revision that does not come up is waited for until the deadline', () => {
  const found = service({ latest: two, ready: one, primary: one })
  const cluster = [found, revision(one), revision(two, 'False', 'image not found')]
  const why = 'Knative Revision podinfo-00002.test is not ready: image not found'
  const at = (seconds: number) => knativeService.observe(contextWith(cluster, seconds)).target
  expect(at(59)).toEqual({ state: 'waiting', why })
  expect(at(61)).toEqual({ state: 'failed', why })
})

test('a Service without a revision is waited for, and one without a note is not begun with', () => {
  const primaryOf = (found: KnativeService) =>
    knativeService.observe(contextWith([found, revision(one)])).primary
  expect(primaryOf(service({}))).toEqual({
    state: 'waiting',
    why: 'Knative Service podinfo.test has no revision yet',
  })
  expect(primaryOf(service({ latest: one, ready: one }))).toEqual({
    state: 'missing',
    why: 'Knative Service podinfo.test primary revision annotation not found',
  })
  expect(primaryOf(service({ latest: two, primary: two }))).toEqual({
    state: 'waiting',
    why: 'Knative Revision podinfo-00002.test is not ready: it is not there',
  })
})

test('a Service that is not there is named', () => {
  expect(() => knativeService.observe(contextWith([]))).toThrow(
    'Knative Service podinfo.test get query error: services.serving.knative.dev "podinfo" not found',
  )
})
