/** Gateway API: an HTTPRoute, at a Gateway or at the Service of a mesh. */
import { namespacedKind } from '../../resource-kind.ts'
import { podHttp } from '../checks.ts'
import type { Provider } from '../provider.ts'
import { rivalry } from './places.ts'
import { gatewayApi as router } from './router.ts'

const versions = ['v1', 'v1beta1'].map((version) => `gateway.networking.k8s.io/${version}`)

/** Gateways are the users'. */
const gateways = versions.map((apiVersion) => ({
  ...namespacedKind(apiVersion, 'Gateway', 'gateways'),
  isOptional: true as const,
}))

export const gatewayApi: Provider = {
  names: ['gatewayapi:v1', 'gatewayapi:v1beta1'],
  // As in Flagger any later form of the name, such as `gatewayapi:v1alpha2`, means v1.
  serves: (provider) => provider.startsWith('gatewayapi:v1'),
  kinds: [
    ...versions.map((apiVersion) => namespacedKind(apiVersion, 'HTTPRoute', 'httproutes')),
    ...gateways,
  ],
  onlyRead: gateways,
  draftOrder: 2,
  router,
  // Gateways have no metrics in common: what the pods count themselves is measured.
  checks: podHttp,
  rivalry,
  // The generated route has the name of the apex Service, which no two canaries may share.
  claims: ({ httpRouteRefs = [] }) =>
    httpRouteRefs.map(({ name }) => ({
      kind: 'HTTPRoute',
      name,
      remedy: 'give each canary a route of its own, and name it in spec.httpRouteRefs',
    })),
}
