import { expect, test } from 'vitest'
import { type KnativeService, primaryRevisionKey } from '../../../../src/knative-service.ts'
import { knative } from '../../../../src/routers/knative/router.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import { contextOf } from '../../../conformance/routers/fixtures.ts'

const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }
const step: Routes = { primary: 10, canary: 90, mirrored: false }

interface Given {
  traffic?: object[]
  annotations?: Record<string, string>
  status?: KnativeService['status']
  generation?: number
}

function service({ traffic, annotations, status, generation = 1 }: Given): KnativeService {
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: {
      name: 'podinfo',
      namespace: 'test',
      generation,
      ...(annotations && { annotations }),
    },
    spec: {
      template: { metadata: { annotations: { note: 'kept' } } },
      ...(traffic && { traffic }),
    },
    ...(status && { status }),
  }
}

const noted = { [primaryRevisionKey]: 'podinfo-00001' }
const contextWith = (found?: KnativeService) =>
  contextOf({ provider: 'knative', spec: {}, cluster: found ? [found] : [] })

function rendered(routes: Routes, of: Given): KnativeService {
  const [object] = knative.render(contextWith(service(of)), routes)
  if (!object) throw new Error('nothing was rendered')
  return object
}

test('the traffic has the latest revision first, then the primary', () => {
  expect(rendered(step, { annotations: noted }).spec).toEqual({
    template: { metadata: { annotations: { note: 'kept' } } },
    traffic: [
      { latestRevision: true, percent: 90 },
      { revisionName: 'podinfo-00001', percent: 10 },
    ],
  })
})

test('what Knative writes into the entries, and tags, stay', () => {
  const traffic = [
    { latestRevision: true, percent: 0, tag: 'next' },
    { latestRevision: false, revisionName: 'podinfo-00001', percent: 100 },
    { latestRevision: false, revisionName: 'podinfo-00007', tag: 'preview' },
  ]
  expect(rendered(step, { annotations: noted, traffic }).spec?.traffic).toEqual([
    { latestRevision: true, percent: 90, tag: 'next' },
    { latestRevision: false, revisionName: 'podinfo-00001', percent: 10 },
    { latestRevision: false, revisionName: 'podinfo-00007', tag: 'preview' },
  ])
})

const split = [
  { latestRevision: true, percent: 20 },
  { latestRevision: false, revisionName: 'podinfo-00001', percent: 80 },
]

test('a promoted revision takes the place of the one before', () => {
  const annotations = { [primaryRevisionKey]: 'podinfo-00002' }
  expect(rendered(toPrimary, { annotations, traffic: split }).spec?.traffic).toMatchObject([
    { latestRevision: true, percent: 0 },
    { revisionName: 'podinfo-00002', percent: 100 },
  ])
})

test('where the note was taken away the traffic tells the primary, and it is noted again', () => {
  const again = rendered(step, { traffic: split })
  expect(again.metadata.annotations).toMatchObject(noted)
  expect(() => rendered(step, {})).toThrow(
    'Knative Service podinfo.test primary revision annotation not found: set flagger.app/primary-revision to the revision that is to serve',
  )
})

test('a Service that is gone is named', () => {
  expect(() => knative.render(contextWith(), toPrimary)).toThrow(
    /^Knative Service podinfo\.test get query error: not found; create it, or correct spec\.target/,
  )
  expect(knative.routes(contextWith())).toBeUndefined()
})

test('the traffic of a user is none of ours, and two shares of zero are named', () => {
  const routesOf = (traffic: object[]) => knative.routes(contextWith(service({ traffic })))
  expect(routesOf([{ latestRevision: true, percent: 100 }])).toBeUndefined()
  expect(routesOf([{ revisionName: 'podinfo-00001', percent: 100 }])).toBeUndefined()
  expect(routesOf(split)).toEqual({ primary: 80, canary: 20, mirrored: false })
  expect(() => routesOf(split.map((entry) => ({ ...entry, percent: 0 })))).toThrow(
    'Knative Service podinfo.test traffic spec invalid: give one of its entries a percent',
  )
})

const acceptedWith = (status: KnativeService['status']) =>
  knative.accepted(
    contextWith(service({ annotations: noted, traffic: split, generation: 3, status })),
    { primary: 80, canary: 20, mirrored: false },
  )

test('a step is in force once the status shares the requests as the Service asks', () => {
  const inForce = { observedGeneration: 3, traffic: split }
  expect(acceptedWith(inForce)).toEqual({ state: 'accepted' })
  expect(acceptedWith({ ...inForce, observedGeneration: 2 })).toEqual({
    state: 'pending',
    why: 'Knative Service podinfo.test is not taken over by Knative yet (observed generation: 2, current generation: 3)',
  })
  const before = [
    { latestRevision: true, percent: 5 },
    { revisionName: 'podinfo-00001', percent: 95 },
  ]
  expect(acceptedWith({ ...inForce, traffic: before })).toEqual({
    state: 'pending',
    why: 'Knative Service podinfo.test is not shared as it asks yet: 5 % go to the latest revision, and 20 % are to',
  })
  const conditions = [{ type: 'RoutesReady', status: 'False', message: 'no such revision' }]
  expect(acceptedWith({ ...inForce, conditions })).toEqual({
    state: 'pending',
    why: 'Knative Service podinfo.test has routes that are not ready: no such revision',
  })
})

test('latest and primary may be one revision: the shares are still told apart', () => {
  const traffic = [
    { latestRevision: true, revisionName: 'podinfo-00001', percent: 0 },
    { latestRevision: false, revisionName: 'podinfo-00001', percent: 100 },
  ]
  const found = service({
    annotations: noted,
    traffic: [
      { latestRevision: true, percent: 0 },
      { revisionName: 'podinfo-00001', percent: 100 },
    ],
    status: { observedGeneration: 1, traffic },
  })
  expect(knative.routes(contextWith(found))).toEqual(toPrimary)
  expect(knative.accepted(contextWith(found), toPrimary)).toEqual({ state: 'accepted' })
})

test('a Service that is given back serves later revisions, or has its own traffic again', () => {
  const given = (of: Given) => {
    const [restored] = knative.restore(contextWith(service(of))).write as KnativeService[]
    return restored
  }
  const free = given({ annotations: { ...noted, note: 'kept' }, traffic: split })
  expect(free?.metadata.annotations).toEqual({ note: 'kept' })
  expect(free?.spec?.traffic).toEqual([{ latestRevision: true, percent: 100 }])
  const own = [{ revisionName: 'podinfo-00001', percent: 100 }]
  const taken = rendered(step, { annotations: noted, traffic: own })
  const back = knative.restore(contextWith(taken)).write[0] as KnativeService | undefined
  expect(back?.spec?.traffic).toEqual(own)
  expect(back?.metadata).not.toHaveProperty('annotations')
  expect(given({ traffic: own })).toBeUndefined()
})
