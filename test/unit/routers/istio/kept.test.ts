import fc from 'fast-check'
import { expect, test } from 'vitest'
import { istio } from '../../../../src/routers/istio/router.ts'
import type { Specified } from '../../../../src/routers/metadata.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import { type ContextOf, contextOf, restored } from '../../../conformance/routers/fixtures.ts'

const static_ = { name: 'static', match: [{ uri: { prefix: '/static' } }], route: [to('cdn')] }
const api = {
  name: 'api',
  match: [{ uri: { prefix: '/api' } }],
  rewrite: { uri: '/' },
  timeout: '3s',
  route: [
    { destination: { host: 'podinfo', subset: 'v1' }, weight: 90 },
    { destination: { host: 'legacy' }, weight: 10 },
  ],
}
const rest = { route: [to('podinfo.test.svc.cluster.local')] }
const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }
const split: Routes = { primary: 95, canary: 5, mirrored: false }

function to(host: string) {
  return { destination: { host } }
}

function virtualService(spec: object): Specified {
  return {
    apiVersion: 'networking.istio.io/v1beta1',
    kind: 'VirtualService',
    metadata: { name: 'podinfo', namespace: 'test' },
    spec: { hosts: ['shop.example.org'], gateways: ['istio-system/edge'], ...spec },
  }
}

/** The VirtualService after it was taken over with nothing on the canary, and a move then. */
function taken(found: Specified, of: ContextOf = {}, routes: Routes = split) {
  const rendered = (cluster: Specified[], to: Routes) =>
    istio.render(contextOf({ ...of, cluster }), to).at(-1) as Specified
  const first = rendered([found], toPrimary)
  const object = rendered([first], routes)
  expect(rendered([object], routes)).toEqual(object)
  return { object, routes: istio.routes(contextOf({ ...of, cluster: [object] })) }
}

const own = (primary: number, canary: number) => [
  { destination: { host: 'podinfo-primary' }, weight: primary },
  { destination: { host: 'podinfo-canary' }, weight: canary },
]

test('routes to other services stay in their places, and keep their share', () => {
  const { object, routes } = taken(virtualService({ http: [static_, api, rest] }))
  expect(object.spec?.http).toEqual([
    static_,
    {
      name: 'api',
      match: [{ uri: { prefix: '/api' } }],
      rewrite: { uri: '/' },
      timeout: '3s',
      route: [...own(8550, 450), { destination: { host: 'legacy' }, weight: 1000 }],
    },
    { route: own(95, 5) },
  ])
  expect(routes).toEqual(split)
})

test('weights are percent where that is exact', () => {
  const { object } = taken(virtualService({ http: [api, rest] }), {}, toPrimary)
  expect(object.spec?.http).toMatchObject([
    { route: [...own(90, 0), { destination: { host: 'legacy' }, weight: 10 }] },
    { route: own(100, 0) },
  ])
})

test('hosts and gateways that the Canary says nothing of stay, and the apex is reached beside', () => {
  const { object } = taken(virtualService({ http: [rest] }))
  expect(object.spec).toMatchObject({
    hosts: ['shop.example.org', 'podinfo'],
    gateways: ['istio-system/edge', 'mesh'],
  })
  const service = { port: 80, hosts: ['new.example.org'], gateways: ['gw'] }
  const asked = taken(virtualService({ http: [rest] }), { spec: { service } })
  expect(asked.object.spec).toMatchObject({
    hosts: ['new.example.org', 'podinfo'],
    gateways: ['gw'],
  })
})

test('routes of the other protocol and of TLS stay', () => {
  const others = { tcp: [{ route: [to('db')] }], tls: [{ route: [to('podinfo')] }] }
  expect(taken(virtualService({ http: [rest], ...others })).object.spec).toMatchObject(others)
  const service = { port: 80, appProtocol: 'tcp' }
  const http = [static_]
  const { object } = taken(virtualService({ http }), { spec: { service } })
  expect(object.spec).toMatchObject({ http, tcp: [{ route: own(95, 5) }] })
})

test('what the Canary says of its requests comes first, and takes nothing away', () => {
  const service = { port: 80, match: [{ uri: { prefix: '/v2' } }], timeout: '9s' }
  const { object } = taken(virtualService({ http: [static_, rest] }), { spec: { service } })
  expect(object.spec?.http).toEqual([
    static_,
    { match: [{ uri: { prefix: '/v2' } }], timeout: '9s', route: own(95, 5) },
    { timeout: '9s', route: own(95, 5) },
  ])
})

test('in an A/B test each rule is told apart by the match, and other shares stay', () => {
  const analysis = { match: [{ headers: { x: { exact: '1' } } }], iterations: 2, stepWeight: 0 }
  const all: Routes = { primary: 0, canary: 100, mirrored: false }
  const { object, routes } = taken(virtualService({ http: [api] }), { analysis }, all)
  expect(routes).toEqual(all)
  const legacy = { destination: { host: 'legacy' }, weight: 10 }
  expect(object.spec?.http).toMatchObject([
    {
      match: [{ headers: { x: { exact: '1' } }, uri: { prefix: '/api' } }],
      route: [...own(0, 90), legacy],
    },
    { match: [{ uri: { prefix: '/api' } }], route: [{ ...own(90, 0)[0] }, legacy] },
    { match: [{ headers: { x: { exact: '1' } } }] },
    {},
  ])
})

test('where no request would reach the canary, it is not taken over, and the rule is named', () => {
  const found = virtualService({ http: [static_, { route: [to('shop')] }, rest] })
  expect(() => taken(found)).toThrow(
    /^VirtualService podinfo\.test: rule 2 of its own sends every request elsewhere/,
  )
})

test('hosts, gateways and subsets that go are told', () => {
  const spec = { service: { port: 80, hosts: ['new.example.org'] } }
  const found = virtualService({ http: [api] })
  const { object } = taken(found, { spec })
  for (const cluster of [[found], [object]]) {
    const said = istio.warnings?.(contextOf({ spec, cluster }))
    expect(said).toEqual([
      expect.stringMatching(/its host shop\.example\.org no longer applies; it comes back/),
      expect.stringMatching(/for podinfo its subset v1 no longer applies/),
    ])
  }
  expect(istio.warnings?.(contextOf({ spec, cluster: [] }))).toEqual([])
})

test('a VirtualService that Flagger took over has nothing of its own left to keep', () => {
  const original = JSON.stringify({ http: [static_] })
  const annotations = { 'flagger.kubernetes.io/original-configuration': original }
  const found = virtualService({ http: [{ route: own(100, 0) }] })
  const live = { ...found, metadata: { ...found.metadata, annotations } }
  expect(taken(live).object.spec).toMatchObject({
    hosts: ['podinfo'],
    http: [{ route: own(95, 5) }],
  })
})

test('whatever rules there were, weights are read as written, and all comes back to the letter', () => {
  const rules = fc.shuffledSubarray([static_, api, { ...rest, match: [{ uri: { exact: '/a' } }] }])
  const weight = fc.integer({ min: 0, max: 100 })
  fc.assert(
    fc.property(rules, weight, (http, canary) => {
      const found = virtualService({ http, exportTo: ['.'] })
      const routes: Routes = { primary: 100 - canary, canary, mirrored: false }
      const { object, routes: read } = taken(found, {}, routes)
      expect(read).toEqual(routes)
      expect(object.spec?.http).toEqual(
        expect.arrayContaining(http.filter((one) => one === static_)),
      )
      const back = istio.restore(contextOf({ cluster: [object] }))
      expect(restored([object], back)).toEqual([found])
    }),
  )
})

test('a rule of users to the canary, such as for a preview, is no split: nothing was taken over yet', () => {
  const preview = {
    match: [{ headers: { 'x-preview': { exact: 'yes' } } }],
    route: [to('podinfo-canary')],
  }
  const found = virtualService({ http: [preview, rest] })
  expect(istio.routes(contextOf({ cluster: [found] }))).toBeUndefined()
  const { object, routes } = taken(found)
  expect(object.spec?.http).toEqual([preview, { route: own(95, 5) }])
  expect(routes).toEqual(split)
  const { write } = istio.restore(contextOf({ cluster: [object] }))
  expect(write).toMatchObject([{ spec: found.spec }])
})
