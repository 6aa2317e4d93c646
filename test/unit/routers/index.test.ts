import { expect, test } from 'vitest'
import { refusedProvider, routerFor, routers, unknownProvider } from '../../../src/routers/index.ts'

test('each provider has its own router', () => {
  for (const [provider, router] of Object.entries(routers)) {
    expect(routerFor(provider)).toBe(router)
    expect(unknownProvider(provider)).toBeUndefined()
    expect(refusedProvider(provider)).toBeUndefined()
  }
})

test.each(['', 'none', 'Istio', 'nginx:x', 'smi', 'smi:v1alpha4', 'gatewayapi', 'appmesh:v1beta1'])(
  'provider %j is unknown, and gets Istio with a warning',
  (provider) => {
    expect(routerFor(provider)).toBe(routers.istio)
    expect(refusedProvider(provider)).toBeUndefined()
    expect(unknownProvider(provider)).toBe(
      `provider "${provider}" is unknown and istio is used; set spec.provider to one of istio, kubernetes, nginx, skipper`,
    )
  },
)

test.each([
  'apisix',
  'appmesh',
  'appmesh:v1beta2',
  'contour',
  'gatewayapi:v1',
  'gatewayapi:v1beta1',
  'gloo',
  'knative',
  'kuma',
  'linkerd',
  'osm',
  'smi:v1alpha1:istio',
  'smi:v1alpha3',
  'traefik',
])('provider %s, which is meant but not here, is refused and routes nothing', (provider) => {
  expect(refusedProvider(provider)).toMatch(
    /^provider .* is not supported by this version; set spec.provider to one of istio, /,
  )
  expect(routerFor(provider).kinds).toEqual([])
  expect(unknownProvider(provider)).toBeUndefined()
})

test('names of object properties are no providers', () => {
  expect(unknownProvider('constructor')).toMatch(/"constructor" is unknown/)
  expect(routerFor('__proto__')).toBe(routers.istio)
})
