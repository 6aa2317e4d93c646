import { expect, test } from 'vitest'
import { isKnownProvider, routerFor, routers } from '../../../src/routers/index.ts'

test('each provider has its own router', () => {
  for (const [provider, router] of Object.entries(routers)) {
    expect(routerFor(provider)).toBe(router)
    expect(isKnownProvider(provider)).toBe(true)
  }
})

test.each(['', 'none', 'Istio', 'nginx:x', 'smi', 'gatewayapi'])(
  'provider %j is unknown, and gets Istio',
  (provider) => {
    expect(routerFor(provider)).toBe(routers.istio)
    expect(isKnownProvider(provider)).toBe(false)
  },
)

test('names of object properties are no providers', () => {
  expect(isKnownProvider('constructor')).toBe(false)
  expect(routerFor('__proto__')).toBe(routers.istio)
})
