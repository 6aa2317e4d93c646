/** Providers, by `spec.provider`. */
import type { CanarySpec } from '../canary/api.gen.ts'
import type { Checks } from './checks.ts'
import type { Claim, Provider } from './provider.ts'
import { providers } from './registry.gen.ts'
import type { Router } from './router.ts'

/** The router of a provider. As in Flagger an unknown one gets Istio. */
export function routerFor(provider: string): Router {
  return providerFor(provider).router
}

/** All that is known of it; of another one as `routerFor` says. */
export function providerFor(provider: string): Provider {
  return servingOr(provider, 'istio')
}

/** The queries of the built-in checks; Istio's for an unknown provider, as in Flagger. */
export function checksFor(provider: string): Checks {
  return servingOr(provider, 'istio').checks
}

/** Objects that a canary of this provider has for itself; none where nobody knows the provider. */
export function claimsOf(provider: string, spec: Partial<CanarySpec>): Claim[] {
  return serving(provider)?.claims(spec) ?? []
}

/** What to tell the user about a provider that nobody knows; undefined for all others. */
export function unknownProvider(provider: string): string | undefined {
  if (serving(provider)) return undefined
  return `provider "${provider}" is unknown and istio is used; ${remedy}`
}

const remedy = `set spec.provider to one of ${providers.flatMap(({ names }) => names).join(', ')}`

function serving(provider: string): Provider | undefined {
  return providers.find(({ serves }) => serves(provider))
}

function servingOr(provider: string, other: string): Provider {
  const found = serving(provider) ?? serving(other)
  if (!found) throw new Error(`provider ${other} has no folder in src/routers`)
  return found
}
