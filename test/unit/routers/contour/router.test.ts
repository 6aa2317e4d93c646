import { describe, expect, test } from 'vitest'
import type { AnalysisMatch, CanaryService } from '../../../../src/canary/api.gen.ts'
import { contour } from '../../../../src/routers/contour/router.ts'
import type { Specified } from '../../../../src/routers/metadata.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import { type ContextOf, contextOf } from '../../../conformance/routers/fixtures.ts'

const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }
const toCanary: Routes = { primary: 0, canary: 100, mirrored: false }
const split: Routes = { primary: 80, canary: 20, mirrored: false }

type Status = { status?: unknown }
type Of = ContextOf & { service?: Partial<CanaryService>; found?: Specified & Status }

const contextWith = ({ service, found, ...of }: Of = {}) =>
  contextOf({
    provider: 'contour',
    ...of,
    spec: { service: { port: 80, ...service } },
    cluster: found ? [found] : [],
  })

function rendered(routes: Routes, of: Of = {}): Specified {
  const [object] = contour.render(contextWith(of), routes)
  if (!object) throw new Error('nothing was rendered')
  return object
}

interface Route {
  conditions: object[]
  services: { name: string; weight?: number }[]
}

const routesOf = ({ spec }: Specified) => (spec as { routes: Route[] }).routes
const weightsOf = ({ services }: Route) =>
  services.map(({ name, weight = 0 }) => `${name} ${weight}`)
const testing = (...match: AnalysisMatch[]): Of => {
  return { analysis: { iterations: 2, stepWeight: 0, match } }
}
const handMade = (...routes: object[]): Specified & Status => ({
  apiVersion: 'projectcontour.io/v1',
  kind: 'HTTPProxy',
  metadata: { name: 'podinfo', namespace: 'test', generation: 3 },
  spec: { virtualhost: { fqdn: 'app.example.com' }, routes },
})

test('the class of the controller is written, and none where it has none', () => {
  const settings = { ingressClass: 'contour' }
  expect(rendered(toPrimary, { settings }).spec).toMatchObject({ ingressClassName: 'contour' })
  expect(rendered(toPrimary).spec).not.toHaveProperty('ingressClassName')
})

test('retries without conditions have no list of them', () => {
  const [route] = routesOf(rendered(toPrimary, { service: { retries: { attempts: 3 } } }))
  expect(route).toMatchObject({ retryPolicy: { count: 3 } })
  expect(route).not.toHaveProperty('retryPolicy.retryOn')
  const retries = { attempts: 1, retryOn: 'connect-failure, gateway-error' }
  expect(routesOf(rendered(toPrimary, { service: { retries } }))[0]).toMatchObject({
    retryPolicy: { retryOn: ['connect-failure', 'gateway-error'] },
  })
})

test('every prefix of the service has its route', () => {
  const match = [{ uri: { prefix: '/a' } }, { uri: { prefix: '/b' } }, { uri: { prefix: '/a' } }]
  const routes = routesOf(rendered(split, { service: { match } }))
  expect(routes.map(({ conditions }) => conditions)).toEqual([
    [{ prefix: '/a' }],
    [{ prefix: '/b' }],
  ])
  for (const route of routes)
    expect(weightsOf(route)).toEqual(['podinfo-primary 80', 'podinfo-canary 20'])
})

test('each entry of a test has a route of its own, with one condition on the path', () => {
  const of = testing(
    { headers: { 'x-a': { exact: '1' }, 'x-b': { exact: '2' } } },
    { headers: { cookie: { suffix: 'canary' } } },
  )
  const [first, second, rest] = routesOf(rendered(toCanary, of))
  expect(first?.conditions).toEqual([
    { prefix: '/', header: { name: 'x-a', exact: '1' } },
    { header: { name: 'x-b', exact: '2' } },
  ])
  expect(second?.conditions).toEqual([
    { prefix: '/', header: { name: 'cookie', contains: 'canary' } },
    { header: { name: 'cookie', regex: '.*canary' } },
  ])
  expect(rest?.conditions).toEqual([{ prefix: '/' }])
  expect(rest && weightsOf(rest)).toEqual(['podinfo-primary 100', 'podinfo-canary 0'])
})

test.each<[string, AnalysisMatch]>([
  ['query parameters', { queryParams: { v: { exact: '2' } } }],
  ['source labels', { headers: { a: { exact: '1' } }, sourceLabels: { app: 'x' } }],
  ['nothing', {}],
  ['an empty condition', { headers: { a: {} } }],
])('a test by %s is no ability, and weights for it are refused', (_, match) => {
  expect(contour.abilities(contextWith(testing(match))).match).toBe(false)
  expect(() => rendered(split, { analysis: { match: [match] } })).toThrow(
    "canary podinfo.test: spec.analysis.match can't be expressed with provider contour",
  )
  const found = rendered(split)
  expect(
    routesOf(rendered(toPrimary, { analysis: { match: [match] }, found })).map(weightsOf),
  ).toEqual([['podinfo-primary 100', 'podinfo-canary 0']])
})

test('what a root proxy had stays: host, other routes, other services, settings', () => {
  const files = { conditions: [{ prefix: '/static' }], services: [{ name: 'files', port: 80 }] }
  const services = [
    { name: 'podinfo', port: 80, weight: 3, slowStartPolicy: { window: '3s' } },
    { name: 'legacy', port: 80, weight: 1 },
  ]
  const api = { conditions: [{ prefix: '/api' }], enableWebsockets: true, services }
  const step = rendered(split, { found: rendered(toPrimary, { found: handMade(files, api) }) })
  const [first, second] = routesOf(step)
  expect(step.spec).toMatchObject({ virtualhost: { fqdn: 'app.example.com' } })
  expect(first).toEqual(files)
  expect(second).toMatchObject({ conditions: [{ prefix: '/api' }], enableWebsockets: true })
  expect(second && weightsOf(second)).toEqual([
    'podinfo-primary 240',
    'podinfo-canary 60',
    'legacy 100',
  ])
  expect(contour.routes(contextWith({ found: step }))).toEqual(split)
})

test('a route of users to the canary, such as for a preview, is no split: nothing was taken over yet', () => {
  const preview = {
    conditions: [{ prefix: '/', header: { name: 'x-preview', present: true } }],
    services: [{ name: 'podinfo-canary', port: 80 }],
  }
  const found = handMade(preview, { services: [{ name: 'podinfo', port: 80 }] })
  expect(contour.routes(contextWith({ found }))).toBeUndefined()
  const taken = rendered(split, { found: rendered(toPrimary, { found }) })
  expect(routesOf(taken).map(weightsOf)).toEqual([
    ['podinfo-canary 0'],
    ['podinfo-primary 80', 'podinfo-canary 20'],
  ])
  expect(contour.routes(contextWith({ found: taken }))).toEqual(split)
  const { write } = contour.restore(contextWith({ found: taken }))
  expect(write).toMatchObject([{ spec: found.spec }])
})

test('a proxy whose own routes leave the canary no request is refused by its route', () => {
  const found = handMade({ services: [{ name: 'other', port: 80 }] })
  expect(() => rendered(toPrimary, { found })).toThrow(
    'HTTPProxy podinfo.test: route 1 of its own sends these requests elsewhere',
  )
})

const saying = (status: object) =>
  contour.accepted(contextWith({ found: { ...handMade(), status } }), toPrimary)
const valid = (observedGeneration: number) => [
  { type: 'Valid', status: 'True', observedGeneration },
]

test('a proxy that Contour says nothing of, or calls valid, is in force', () => {
  expect(contour.accepted(contextWith({ found: handMade() }), toPrimary).state).toBe('accepted')
  expect(saying({ currentStatus: 'NotReconciled' }).state).toBe('accepted')
  expect(saying({ currentStatus: 'valid', conditions: valid(3) }).state).toBe('accepted')
})

test('one that is invalid, orphaned, or of an older generation is waited for', () => {
  expect(saying({ currentStatus: 'valid', conditions: valid(2) })).toEqual({
    state: 'pending',
    why: 'HTTPProxy podinfo.test is not taken over by Contour yet (observed generation: 2, current generation: 3)',
  })
  expect(saying({ currentStatus: 'invalid', description: 'no such Service' })).toEqual({
    state: 'pending',
    why: 'HTTPProxy podinfo.test is invalid for Contour: no such Service',
  })
  expect(saying({ currentStatus: 'orphaned' })).toEqual({
    state: 'pending',
    why: 'HTTPProxy podinfo.test is orphaned for Contour; include it in a root HTTPProxy that has a virtual host',
  })
})

test('fields without effect are named', () => {
  const match = [{ headers: { a: { exact: '1' } } }]
  expect(contour.warnings?.(contextWith({ service: { hosts: ['a'], match } }))).toEqual([
    'canary podinfo.test: spec.service.hosts has no effect with provider contour; remove it',
    'canary podinfo.test: spec.service.match[0].headers has no effect with provider contour; remove it',
  ])
})

test('beside other services a weight that is no whole percent is refused, and what to correct', () => {
  const services = [
    { name: 'podinfo', port: 80, weight: 3 },
    { name: 'legacy', port: 80, weight: 1 },
  ]
  const found = handMade({ conditions: [{ prefix: '/' }], services })
  expect(() => rendered({ primary: 99.5, canary: 0.5, mirrored: false }, { found })).toThrow(
    'canary podinfo.test: beside other services a weight is in whole percent, and 0.5 is none; ' +
      'correct spec.analysis, or remove those',
  )
  expect(routesOf(rendered({ ...split, canary: 20 }, { found })).map(weightsOf)).toEqual([
    ['podinfo-primary 240', 'podinfo-canary 60', 'legacy 100'],
  ])
})

describe('users are taken back where the Canary asks for what can not be had', () => {
  const elsewhere = { conditions: [{ prefix: '/' }], services: [{ name: 'shop', port: 80 }] }
  const withdrawnFrom = (...services: object[]) => {
    const found = handMade({ conditions: [{ prefix: '/' }], services }, elsewhere)
    const annotations = { 'flagger.app/kept-routes': JSON.stringify([elsewhere]) }
    const metadata = { ...found.metadata, annotations }
    return routesOf(rendered(toPrimary, { found: { ...found, metadata } })).map(weightsOf)
  }
  const [primary, canary] = ['podinfo-primary', 'podinfo-canary'].map((name) => ({
    name,
    port: 80,
  }))
  const untouched = ['shop 0']

  test('all that both had is the share of the primary, and other services keep theirs', () => {
    const other = { name: 'legacy', port: 80, weight: 10 }
    expect(withdrawnFrom({ ...primary, weight: 70 }, { ...canary, weight: 20 }, other)).toEqual([
      ['podinfo-primary 90', 'podinfo-canary 0', 'legacy 10'],
      untouched,
    ])
  })

  test('a route that somebody took the primary out of leads there, and no longer to the canary', () => {
    const requestHeadersPolicy = { set: [{ name: 'l5d-dst-override', value: 'the canary' }] }
    const found = handMade(
      { services: [{ ...canary, weight: 20, requestHeadersPolicy }] },
      elsewhere,
    )
    const annotations = { 'flagger.app/kept-routes': JSON.stringify([elsewhere]) }
    const metadata = { ...found.metadata, annotations }
    const [route] = routesOf(rendered(toPrimary, { found: { ...found, metadata } }))
    const value = 'podinfo-primary.test.svc.cluster.local:80'
    expect(route?.services).toEqual([
      {
        ...{ ...primary, weight: 20 },
        requestHeadersPolicy: { set: [{ name: 'l5d-dst-override', value }] },
      },
    ])
    expect(withdrawnFrom({ ...canary }, { name: 'legacy', port: 80 })).toEqual([
      ['podinfo-primary 1', 'legacy 1'],
      untouched,
    ])
  })

  test('services without weights share evenly, and the canary must not go on with its half', () => {
    expect(withdrawnFrom({ ...primary }, { ...canary })).toEqual([
      ['podinfo-primary 2', 'podinfo-canary 0'],
      untouched,
    ])
  })
})

test('the path of the service is one condition, with the first header of a test beside it', () => {
  const match = [{ uri: { exact: '/cart' } }, { uri: { regex: '/p/.*' } }, { uri: { prefix: '' } }]
  const headers = { 'x-b': { prefix: 'in' }, 'x-a': { exact: 'yes' } }
  const found = routesOf(rendered(toCanary, { service: { match }, ...testing({ headers }) }))
  const [a, ...b] = [
    { header: { name: 'x-a', exact: 'yes' } },
    { header: { name: 'x-b', contains: 'in' } },
    { header: { name: 'x-b', regex: 'in.*' } },
  ]
  expect(found.map(({ conditions }) => conditions)).toEqual([
    // Contour takes an exact path for a prefix unless it stands last.
    [...b, { exact: '/cart', ...a }],
    [{ exact: '/cart' }],
    [{ regex: '/p/.*', ...a }, ...b],
    [{ regex: '/p/.*' }],
    [{ prefix: '/', ...a }, ...b],
    [{ prefix: '/' }],
  ])
})

test('with a broken primary nobody stays there, whomever the test is for', () => {
  const headers = { 'x-a': { exact: 'yes' } }
  const found = routesOf(rendered({ ...toCanary, everybody: true }, testing({ headers })))
  expect(found.map(weightsOf)).toEqual([['podinfo-primary 0', 'podinfo-canary 100']])
})
