/** Providers, by `spec.provider`. */
import type { CanarySpec } from '../canary/api.gen.ts'
import type { ResourceKind } from '../resource-kind.ts'
import type { Checks } from './checks.ts'
import { type Claim, type Provider, shownNames } from './provider.ts'
import { providers } from './registry.gen.ts'
import type { Router } from './router.ts'

/** The router of a provider. As in Flagger an unknown one gets Istio. */
export function routerFor(provider: string): Router {
  return providerFor(provider).router
}

/** All that is known of it; of another one as `routerFor` says. */
export function providerFor(provider: string): Provider {
  return serving(provider) ?? assumed()
}

/** The queries of the built-in checks; Istio's for an unknown provider, as in Flagger. */
export function checksFor(provider: string): Checks {
  return providerFor(provider).checks
}

/** Why this provider can't lead requests to this target; in Flagger's words, for users search them. */
export function misfit(provider: string, targetRef: Target): string | undefined {
  const { apiVersion, kind } = targetRef
  const own = providers.find(({ only }) => only && isSame(only.kind, targetRef))
  if (own?.only && !own.serves(provider))
    return `can't use ${provider} provider with ${own.only.called} as target`
  const { only } = serving(provider) ?? {}
  if (!only || isSame(only.kind, targetRef)) return undefined
  return `can't use ${apiVersion}/${kind} as target if provider is set to ${provider}`
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

type Target = Pick<ResourceKind, 'apiVersion' | 'kind'>

function isSame(some: Target, other: Target): boolean {
  return some.kind === other.kind && some.apiVersion === other.apiVersion
}

const remedy = `set spec.provider to one of ${providers.flatMap(shownNames).join(', ')}`

function serving(provider: string): Provider | undefined {
  return providers.find(({ serves }) => serves(provider))
}

function assumed(): Provider {
  const found = providers.find(({ isAssumed }) => isAssumed)
  if (!found) throw new Error('no folder in src/routers has the provider to assume')
  return found
}
