import { expect, test } from 'vitest'
import { gatewayApi } from '../../../../src/routers/gateway-api/router.ts'
import { keptKey } from '../../../../src/routers/kept-annotation.ts'
import { restored } from '../../../conformance/routers/fixtures.ts'
import {
  contextWith,
  everyPath,
  type HttpRoute,
  handMade,
  type Service,
  split,
  toPrimary,
} from './route.ts'

const prefix = (value: string) => [{ path: { type: 'PathPrefix', value } }]
const files = { matches: prefix('/static'), backendRefs: [{ name: 'files', port: 80 }] }
const all = { matches: prefix('/'), backendRefs: [{ name: 'podinfo', port: 80 }] }

/** The route after it was taken over with nothing on the canary, and a move then. */
function taken(found: HttpRoute, service: Service = {}, routes = split) {
  const rendered = (cluster: HttpRoute[], to: typeof split) =>
    gatewayApi.render(contextWith(service, { cluster }), to)[0] as HttpRoute
  const object = rendered([rendered([found], toPrimary)], routes)
  expect(rendered([object], routes)).toEqual(object)
  expect(gatewayApi.routes(contextWith(service, { cluster: [object] }))).toEqual(routes)
  return object
}

const ours = (port = 80) => [
  { group: '', kind: 'Service', name: 'podinfo-primary', port, weight: 80 },
  { group: '', kind: 'Service', name: 'podinfo-canary', port, weight: 20 },
]

test('rules to other services stay as they were, and host names where the Canary names none', () => {
  const { spec } = taken(handMade({ hostnames: ['shop.example'], rules: [files, all] }))
  expect(spec.hostnames).toEqual(['shop.example'])
  expect(spec.rules).toEqual([files, { matches: prefix('/'), backendRefs: ours() }])
  const named = taken(handMade({ hostnames: ['shop.example'], rules: [all] }), { hosts: ['a.b'] })
  expect(named.spec.hostnames).toEqual(['a.b'])
})

test('a rule to the apex keeps its conditions and settings, where the Canary has none', () => {
  const redirect = { type: 'ResponseHeaderModifier', responseHeaderModifier: { remove: ['x'] } }
  const rewrite = { type: 'URLRewrite', urlRewrite: { hostname: 'old' } }
  const rule = {
    name: 'api',
    matches: prefix('/api'),
    filters: [redirect, rewrite],
    timeouts: { request: '3s', backendRequest: '1s' },
    backendRefs: [{ name: 'podinfo', port: 9090 }],
  }
  const service = { timeout: '9s', rewrite: { authority: 'new' } }
  const { spec } = taken(handMade({ rules: [rule] }), service)
  expect(spec.rules).toEqual([
    {
      name: 'api',
      matches: prefix('/api'),
      filters: [redirect, { type: 'URLRewrite', urlRewrite: { hostname: 'new' } }],
      timeouts: { request: '9s', backendRequest: '1s' },
      backendRefs: ours(9090),
    },
  ])
})

test('other backends of a rule keep their share', () => {
  const legacy = { name: 'legacy', port: 80, weight: 10 }
  const rule = { ...all, backendRefs: [{ name: 'podinfo', port: 80, weight: 90 }, legacy] }
  const weightsOf = ({ spec }: HttpRoute) => spec.rules[0]?.backendRefs.map(({ weight }) => weight)
  expect(weightsOf(taken(handMade({ rules: [rule] })))).toEqual([72, 18, 10])
  const odd = { ...split, primary: 95, canary: 5 }
  expect(weightsOf(taken(handMade({ rules: [rule] }), {}, odd))).toEqual([8550, 450, 1000])
})

test('weights stay within what the API takes', () => {
  const backendRefs = [
    { name: 'podinfo', port: 80, weight: 1_000_000 },
    { name: 'legacy', port: 80, weight: 1 },
  ]
  const { spec } = taken(handMade({ rules: [{ ...all, backendRefs }] }))
  for (const { weight } of spec.rules[0]?.backendRefs ?? [])
    expect(weight).toBeLessThanOrEqual(1_000_000)
})

test('what the Canary says of its requests comes before what was said of them', () => {
  const service = { match: [{ uri: { prefix: '/shop' } }] }
  const { spec } = taken(handMade({ rules: [files, all] }), service)
  expect(spec.rules.map(({ matches }) => matches)).toEqual([
    files.matches,
    prefix('/shop'),
    prefix('/'),
  ])
})

test('a route without a rule for the apex gets one, unless no request would reach it', () => {
  expect(taken(handMade({ rules: [files] })).spec.rules.map(({ matches }) => matches)).toEqual([
    files.matches,
    [everyPath],
  ])
  const other = { backendRefs: [{ name: 'other', port: 80 }] }
  expect(() => taken(handMade({ rules: [files, other] }))).toThrow(
    'HTTPRoute podinfo.test: rule 2 of its own sends these requests elsewhere, so that canary ' +
      'podinfo.test would get none; let a rule lead to podinfo, or remove that one',
  )
})

test('rules that one of the route becomes share no name', () => {
  const rule = { ...all, name: 'main' }
  const analysis = { iterations: 2, match: [{ headers: { a: { exact: 'b' } } }] }
  const context = contextWith({}, { analysis, cluster: [handMade({ rules: [rule] })] })
  const [object] = gatewayApi.render(context, toPrimary) as HttpRoute[]
  expect(object?.spec.rules.map(({ name }) => name)).toEqual([undefined, 'main'])
})

test('a note of the rules that is no JSON is named', () => {
  const object = taken(handMade({ rules: [files, all] }))
  const { annotations } = object.metadata
  const broken = {
    ...object,
    metadata: { ...object.metadata, annotations: { ...annotations, [keptKey]: '{' } },
  }
  expect(() => gatewayApi.render(contextWith({}, { cluster: [broken] }), split)).toThrow(
    `HTTPRoute podinfo.test: annotation ${keptKey} is not JSON, so its own rules are not known; ` +
      'correct it, or remove it to go without them',
  )
})

test('the route is given back as it was', () => {
  const found = handMade({ hostnames: ['shop.example'], rules: [files, all] })
  const object = taken(found)
  const context = contextWith({}, { cluster: [object] })
  expect(restored([object], gatewayApi.restore(context))).toEqual([found])
})

test('a rule of users to the canary, such as for a preview, is no split: the route was not taken over', () => {
  const headers = [{ name: 'x-preview', value: 'yes' }]
  const preview = {
    matches: [{ ...prefix('/')[0], headers }],
    backendRefs: [{ name: 'podinfo-canary', port: 80 }],
  }
  for (const rules of [
    [preview, all],
    [all, preview],
  ]) {
    const found = handMade({ rules })
    expect(gatewayApi.routes(contextWith({}, { cluster: [found] }))).toBeUndefined()
    const object = taken(found)
    expect(object.spec.rules).toContainEqual(preview)
    const { write } = gatewayApi.restore(contextWith({}, { cluster: [object] }))
    expect(write).toMatchObject([{ spec: found.spec }])
  }
})
