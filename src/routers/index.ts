/** Providers, by `spec.provider`. */
import type { CanarySpec } from '../canary/api.gen.ts'
import type { Checks } from './checks.ts'
import type { Claim, Provider } from './provider.ts'
import { providers } from './registry.gen.ts'
import type { Router } from './router.ts'

/** Providers that Flagger has and this version has not; what follows is a version or a mesh. */
const missing = [/^knative$/]

/**
 * The router of a provider. As in Flagger an unknown one gets Istio. One that is meant, but not
 * here, routes nothing: Istio's objects would be of no use to it, or get in its way.
 */
export function routerFor(provider: string): Router {
  return providerFor(provider).router
}

/** All that is known of it; of another one as `routerFor` says. */
export function providerFor(provider: string): Provider {
  return servingOr(provider, isMissing(provider) ? 'kubernetes' : 'istio')
}

/** The queries of the built-in checks; Istio's for an unknown provider, as in Flagger. */
export function checksFor(provider: string): Checks {
  return servingOr(provider, 'istio').checks
}

/** Objects that a canary of this provider has for itself; none where nobody knows the provider. */
export function claimsOf(provider: string, spec: Partial<CanarySpec>): Claim[] {
  return serving(provider)?.claims(spec) ?? []
}

/** Why a canary with this provider can't be cared for; undefined where it can. */
export function refusedProvider(provider: string): string | undefined {
  if (!isMissing(provider)) return undefined
  return `provider ${provider} is not supported by this version; ${remedy}`
}

/** What to tell the user about a provider that nobody knows; undefined for all others. */
export function unknownProvider(provider: string): string | undefined {
  if (isMissing(provider) || serving(provider)) return undefined
  return `provider "${provider}" is unknown and istio is used; ${remedy}`
}

const remedy = `set spec.provider to one of ${providers.flatMap(({ names }) => names).join(', ')}`

function isMissing(provider: string): boolean {
  return !serving(provider) && missing.some((pattern) => pattern.test(provider))
}

function serving(provider: string): Provider | undefined {
  return providers.find(({ serves }) => serves(provider))
}

function servingOr(provider: string, other: string): Provider {
  const found = serving(provider) ?? serving(other)
  if (!found) throw new Error(`provider ${other} has no folder in src/routers`)
  return found
}
