/** What the routing objects of a provider take, as far as two can be in each other's way. */
import { expect, test } from 'vitest'
import { rivalry as gatewayApi } from '../../../src/routers/gateway-api/places.ts'
import { rivalry as istio } from '../../../src/routers/istio/places.ts'
import { rivalry as kuma } from '../../../src/routers/kuma/places.ts'
import { rivalry as nginx } from '../../../src/routers/nginx/places.ts'
import { splitRivalry } from '../../../src/routers/weighted/split-places.ts'

const object = (spec: unknown, annotations: Record<string, string> = {}) => ({
  apiVersion: '',
  kind: '',
  metadata: { namespace: 'shop', name: 'web', annotations },
  spec,
})

test('at a gateway only rules of the same path are in each other’s way', () => {
  const places = (match: object[] | undefined) =>
    istio.placesOf(object({ hosts: ['shop.io'], gateways: ['public'], http: [{ match }] }))
  expect(places(undefined)).toEqual(['host shop.io, every path, at gateway shop/public'])
  expect(places([{ uri: { prefix: '/api' } }])).toEqual([
    'host shop.io, path {"prefix":"/api"}, at gateway shop/public',
  ])
  expect(places([{ uri: { prefix: '/' }, headers: { beta: { exact: 'yes' } } }])).toEqual([])
})

test('in the mesh a host is taken as a whole, by its full name', () => {
  expect(istio.placesOf(object({ hosts: ['web'] }))).toEqual([
    'host web.shop.svc.cluster.local in the mesh',
  ])
  expect(istio.placesOf(object({ hosts: [] }))).toEqual([])
})

test('an HTTPRoute takes hostnames and paths at its parents', () => {
  const parentRefs = [{ name: 'public', namespace: 'infra' }]
  const rules = [{ matches: [{ path: { type: 'PathPrefix', value: '/api' } }] }, {}]
  expect(gatewayApi.placesOf(object({ parentRefs, hostnames: ['shop.io'], rules }))).toEqual([
    'host shop.io, path /api, at Gateway public.infra',
    'host shop.io, path /, at Gateway public.infra',
  ])
})

test('the copy of an Ingress takes nothing of its own', () => {
  const spec = {
    ingressClassName: 'nginx',
    rules: [{ host: 'shop.io', http: { paths: [{ path: '/' }] } }],
  }
  expect(nginx.placesOf(object(spec))).toEqual(['host shop.io, path /, of class nginx'])
  const copy = { 'nginx.ingress.kubernetes.io/canary': 'true' }
  expect(nginx.placesOf(object(spec, copy))).toEqual([])
})

test.each([undefined, null, 3, 'text', { hosts: 3, rules: {}, http: 'x', parentRefs: [3] }])(
  'a spec that is %j takes nothing, and throws nothing',
  (spec) => {
    expect(istio.placesOf(object(spec))).toEqual([])
    expect(gatewayApi.placesOf(object(spec))).toEqual([])
  },
)

test('a TrafficSplit takes the requests to its Service, but for one with matches', () => {
  const places = (spec: object) => splitRivalry.placesOf(object(spec))
  expect(places({ service: 'web' })).toEqual(['the requests to Service web.shop'])
  expect(places({ service: 'web.shop.svc.cluster.local' })).toEqual(places({ service: 'web' }))
  expect(places({ service: 'web', matches: [{ kind: 'HTTPRouteGroup', name: 'beta' }] })).toEqual(
    [],
  )
  expect(places({})).toEqual([])
})

test('a TrafficRoute takes the requests of everybody to a service of its mesh', () => {
  const to = (service: string) => [{ match: { 'kuma.io/service': service } }]
  const places = (spec: object) => kuma.placesOf(object(spec))
  expect(places({ sources: to('*'), destinations: to('web_shop_svc_80') })).toEqual([
    'the requests to web_shop_svc_80 in mesh default',
  ])
  expect(places({ sources: to('front_shop_svc_80'), destinations: to('web_shop_svc_80') })).toEqual(
    [],
  )
  const version = { 'kuma.io/service': 'web_shop_svc_80', version: 'v2' }
  expect(places({ sources: to('*'), destinations: [{ match: version }] })).toEqual([])
})
