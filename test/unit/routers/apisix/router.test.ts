import { expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import { apisix } from '../../../../src/routers/apisix/router.ts'
import { lastApplied, type Specified } from '../../../../src/routers/metadata.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import { type ContextOf, contextOf } from '../../../conformance/routers/fixtures.ts'

const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }
const half: Routes = { primary: 50, canary: 50, mirrored: false }
const kind = { apiVersion: 'apisix.apache.org/v2', kind: 'ApisixRoute' } as const
const routeRef = { ...kind, name: 'front' } as const

type Found = Specified & { status?: unknown }

const route = (spec: object, metadata: object = {}): Found => ({
  ...kind,
  metadata: { name: 'front', namespace: 'test', ...metadata },
  spec: { ...spec },
})

const backend = { serviceName: 'podinfo', servicePort: 80 }
const rule = { name: 'all', match: { paths: ['/*'] }, backends: [backend] }

const contextWith = (cluster: KubeObject[], of: ContextOf = {}) =>
  contextOf({ provider: 'apisix', spec: { service: { port: 80 }, routeRef }, ...of, cluster })

function copyOf(routes: Routes, ...cluster: KubeObject[]): Found {
  const [object] = apisix.render(contextWith(cluster), routes)
  if (!object) throw new Error('nothing was rendered')
  return object
}

const rulesOf = ({ spec }: Found) => spec?.http as Record<string, unknown>[]

test.each<[string, KubeObject[], ContextOf, RegExp]>([
  ['no routeRef', [], { spec: { service: { port: 80 } } }, /^apisix route selector is empty: set/],
  ['no such route', [], {}, /^APISIX route front.test get query error: not found; create it, or/],
  ['no rules', [route({ http: [] })], {}, /^APISIX route front.test: its spec.http is empty; add/],
  [
    'no rule to the apex',
    [route({ http: [{ ...rule, backends: [{ serviceName: 'files' }] }] })],
    {},
    /^Can not find podinfo backend on apisix route front.test: add a rule/,
  ],
])('%s: nothing is written, and one sentence says why', (_, cluster, of, sentence) => {
  expect(() => apisix.render(contextWith(cluster, of), toPrimary)).toThrow(sentence)
})

test('the copy has the rules that lead to the apex, before all others and in the user’s order', () => {
  const http = [
    { ...rule, name: 'api', priority: 5 },
    { ...rule, name: 'files', backends: [{ serviceName: 'files', servicePort: 80 }] },
    { ...rule, name: 'all' },
  ]
  const copy = copyOf(toPrimary, route({ http }))
  expect(copy.metadata.name).toBe('front-podinfo-canary')
  expect(rulesOf(copy)).toMatchObject([
    { name: 'api', priority: 10_005, websocket: false },
    { name: 'all', priority: 10_000, websocket: false },
  ])
  for (const { backends } of rulesOf(copy))
    expect(backends).toEqual([
      { serviceName: 'podinfo-primary', servicePort: 80, weight: 100 },
      { serviceName: 'podinfo-canary', servicePort: 80, weight: 0 },
    ])
})

test('whatever else a rule says is copied, and the streams of the route are not', () => {
  const rich = {
    ...rule,
    websocket: true,
    backends: [{ ...backend, resolveGranularity: 'service', subset: 'v1' }],
    plugins: [{ name: 'limit-count', enable: true, secretRef: 'limits' }],
    authentication: { enable: true, type: 'basicAuth' },
    timeout: { read: '5s' },
  }
  const stream = [{ name: 'tcp', protocol: 'TCP', match: { ingressPort: 9000 } }]
  const copy = copyOf(half, route({ ingressClassName: 'apisix', http: [rich], stream }))
  const { backends: _, ...kept } = rich
  expect(rulesOf(copy)[0]).toMatchObject(kept)
  expect(rulesOf(copy)[0]?.backends).toEqual([
    { ...rich.backends[0], serviceName: 'podinfo-primary', weight: 50 },
    { ...rich.backends[0], serviceName: 'podinfo-canary', weight: 50 },
  ])
  expect(copy.spec).toEqual({ ingressClassName: 'apisix', http: rulesOf(copy) })
})

test('other backends of a rule keep their share beside the apex', () => {
  const backends = [
    { ...backend, weight: 3 },
    { serviceName: 'legacy', servicePort: 80, weight: 1 },
  ]
  const copy = copyOf(half, route({ http: [{ ...rule, backends }] }))
  expect(rulesOf(copy)).toMatchObject([
    { backends: [{ weight: 150 }, { weight: 150 }, { serviceName: 'legacy', weight: 100 }] },
  ])
})

test('a step changes nothing but the two weights', () => {
  const user = route({ http: [rule] })
  const before = copyOf(toPrimary, user)
  const after = copyOf(half, user, before)
  expect(apisix.routes(contextWith([user, after]))).toEqual(half)
  expect(JSON.parse(JSON.stringify(after).replaceAll('"weight":50', '"weight":0'))).toEqual(
    JSON.parse(JSON.stringify(before).replaceAll('"weight":100', '"weight":0')),
  )
})

test('an edit of the user’s route in a run reaches the copy with the weights in force', () => {
  const edited = route({ http: [{ ...rule, timeout: { read: '9s' } }] })
  const copy = copyOf(half, edited, copyOf(half, route({ http: [rule] })))
  expect(rulesOf(copy)[0]).toMatchObject({ timeout: { read: '9s' } })
  expect(apisix.routes(contextWith([edited, copy]))).toEqual(half)
})

test('what ties the route to a tool is not copied', () => {
  const metadata = {
    labels: { team: 'shop', 'kustomize.toolkit.fluxcd.io/name': 'apps' },
    annotations: { note: 'kept', [lastApplied]: '{}', 'argocd.argoproj.io/tracking-id': 'x' },
  }
  const copy = copyOf(toPrimary, route({ http: [rule] }, metadata))
  expect(copy.metadata.labels).toMatchObject({ team: 'shop' })
  expect(copy.metadata.annotations).toMatchObject({ note: 'kept' })
  const keys = Object.keys({ ...copy.metadata.labels, ...copy.metadata.annotations }).join()
  expect(keys).not.toMatch(/kubectl|argocd|fluxcd/)
})

test('a weight that is missing is the default of the API, and two of zero are named', () => {
  const copy = copyOf(half, route({ http: [rule] }))
  const withWeights = (...weights: (number | undefined)[]): Found => ({
    ...copy,
    spec: {
      http: rulesOf(copy).map((one) => ({
        ...one,
        backends: (one.backends as object[]).map((to, at) => ({ ...to, weight: weights[at] })),
      })),
    },
  })
  expect(apisix.routes(contextWith([withWeights(undefined, 0)]))).toEqual(toPrimary)
  expect(() => apisix.routes(contextWith([withWeights(0, 0)]))).toThrow(
    'apisix route front-podinfo-canary.test has no weight for podinfo-primary and podinfo-canary: give one of them a weight',
  )
})

test('a route of the user’s that is gone stops no rollback', () => {
  const copy = copyOf(half, route({ http: [rule] }))
  const back = copyOf(toPrimary, copy)
  expect(apisix.routes(contextWith([back]))).toEqual(toPrimary)
  expect(() => copyOf(half, copy)).toThrow(/not found; create it/)
  expect(() => copyOf(toPrimary, back)).toThrow(/not found; create it/)
})

test('a rollback leads a rule that somebody took the primary out of to the primary', () => {
  const copy = copyOf(half, route({ http: [rule] }))
  const [split] = rulesOf(copy)
  const backends = [{ ...backend, serviceName: 'podinfo-canary', weight: 0 }]
  const other = { name: 'other', backends: [{ serviceName: 'files' }] }
  const edited: Found = { ...copy, spec: { http: [{ ...split, backends }, other] } }
  const back = copyOf(toPrimary, edited)
  expect(rulesOf(back)).toEqual([
    { ...split, backends: [{ ...backend, serviceName: 'podinfo-primary', weight: 100 }] },
    other,
  ])
})

test('a copy that APISIX refuses, or has not seen, is waited for with its own words', () => {
  const acceptanceWith = (condition?: object) => {
    const user = route({ http: [rule] })
    const copy = copyOf(half, user)
    const metadata = { ...copy.metadata, generation: 3 }
    const status = condition && { conditions: [{ type: 'ResourcesAvailable', ...condition }] }
    const found: Found = { ...copy, metadata, ...(status && { status }) }
    return apisix.accepted(contextWith([user, found]), half)
  }
  expect(acceptanceWith()).toEqual({ state: 'accepted' })
  expect(acceptanceWith({ status: 'True', observedGeneration: 3 })).toEqual({ state: 'accepted' })
  expect(acceptanceWith({ status: 'True', observedGeneration: 2 })).toEqual({
    state: 'pending',
    why: 'apisix route front-podinfo-canary.test is not taken over by APISIX yet (observed generation: 2, current generation: 3)',
  })
  expect(
    acceptanceWith({ status: 'False', observedGeneration: 3, message: 'no such plugin' }),
  ).toEqual({
    state: 'pending',
    why: 'apisix route front-podinfo-canary.test is refused by APISIX: no such plugin',
  })
})

test('the route of the user is neither written nor given back', () => {
  const user = route({ http: [rule] })
  const copy = copyOf(half, user)
  expect(apisix.restore(contextWith([user, copy]))).toEqual({
    write: [],
    remove: [{ ...kind, namespace: 'test', name: 'front-podinfo-canary' }],
  })
})

test('fields that only the route can have are named once', () => {
  const spec = { service: { port: 80, timeout: '5s' }, routeRef }
  expect(apisix.warnings?.(contextWith([], { spec }))).toEqual([
    'canary podinfo.test: spec.service.timeout has no effect with provider apisix; remove it',
  ])
})
