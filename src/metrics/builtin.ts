/** The queries of the built-in checks, by provider. */
import type { Canary } from '../canary/canary.ts'
import type { Checks } from '../routers/checks.ts'
import { checksFor } from '../routers/index.ts'

/** How events name the provider whose metrics are queried. */
export function metricsProvider({ spec }: Pick<Canary, 'spec'>, meshProvider: string): string {
  const { provider, targetRef } = spec
  const mesh = meshProvider.includes('crossover') ? 'crossover' : meshProvider
  // An ingress may route while a Linkerd mesh measures.
  const chosen = provider ? (meshProvider.includes('linkerd') ? 'linkerd' : provider) : mesh
  const isCoreService =
    targetRef.kind === 'Service' && targetRef.apiVersion !== 'serving.knative.dev/v1'
  return isCoreService ? `${chosen}:service` : chosen
}

/** The queries for a provider, whatever the kind of target; Istio's for an unknown one. */
export function observerFor(metricsProvider: string): Checks {
  return checksFor(metricsProvider.replace(/:service$/, ''))
}
