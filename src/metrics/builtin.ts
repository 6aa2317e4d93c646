/** The queries of the built-in checks, by provider. */
import type { Canary } from '../canary/canary.ts'
import { type Checks, envoy } from '../routers/checks.ts'
import { checksFor } from '../routers/index.ts'

/** Of providers whose routes are not made here yet, but whose metrics can be measured. */
const measured: Readonly<Record<string, Checks>> = {
  knative: envoy('envoy_cluster_name=~"{{ namespace }}/{{ route }}"', ','),
}

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
  const name = metricsProvider.replace(/:service$/, '')
  return (Object.hasOwn(measured, name) ? measured[name] : undefined) ?? checksFor(name)
}
