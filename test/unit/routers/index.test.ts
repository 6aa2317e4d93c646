import { expect, test } from 'vitest'
import { routerFor, unknownProvider } from '../../../src/routers/index.ts'
import { shownNames } from '../../../src/routers/provider.ts'
import { providers } from '../../../src/routers/registry.gen.ts'
import { namedProviders, providerNamed } from '../../support/providers.ts'

test('each provider has its own router', () => {
  for (const [provider, { router }] of namedProviders) {
    expect(routerFor(provider)).toBe(router)
    expect(unknownProvider(provider)).toBeUndefined()
  }
})

test.each(['', 'none', 'Istio', 'nginx:x', 'smi', 'smi:v1alpha4', 'gatewayapi', 'appmesh:v1beta1'])(
  'provider %j is unknown, and gets Istio with a warning',
  (provider) => {
    expect(routerFor(provider)).toBe(providerNamed('istio').router)
    expect(unknownProvider(provider)).toBe(
      `provider "${provider}" is unknown and istio is used; set spec.provider to one of ${providers.flatMap(shownNames).join(', ')}`,
    )
  },
)

test('a version that is no more gets the one after it, as in Flagger', () => {
  expect(routerFor('gatewayapi:v1alpha2')).toBe(providerNamed('gatewayapi:v1').router)
  expect(unknownProvider('gatewayapi:v1alpha2')).toBeUndefined()
})

test('a mesh may stand behind the version of SMI', () => {
  expect(routerFor('smi:v1alpha2:istio')).toBe(providerNamed('smi:v1alpha2').router)
  expect(unknownProvider('smi:v1alpha2:istio')).toBeUndefined()
})

test('no provider string means two providers', () => {
  for (const [name] of namedProviders)
    expect(providers.filter(({ serves }) => serves(name))).toHaveLength(1)
})

test('names of object properties are no providers', () => {
  expect(unknownProvider('constructor')).toMatch(/"constructor" is unknown/)
  expect(routerFor('__proto__')).toBe(providerNamed('istio').router)
})
