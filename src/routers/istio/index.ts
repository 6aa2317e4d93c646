/** Istio: VirtualServices and DestinationRules. */
import { namespacedKind } from '../../resource-kind.ts'
import { named, type Provider } from '../provider.ts'
import { checks } from './checks.ts'
import { rivalry } from './places.ts'
import { istio as router } from './router.ts'

const apiVersion = 'networking.istio.io/v1beta1'

/** Gateways are the users'. */
const gateways = {
  ...namespacedKind(apiVersion, 'Gateway', 'gateways'),
  isOptional: true as const,
}

export const istio: Provider = {
  ...named('istio'),
  kinds: [
    namespacedKind(apiVersion, 'VirtualService', 'virtualservices'),
    namespacedKind(apiVersion, 'DestinationRule', 'destinationrules'),
    gateways,
  ],
  onlyRead: [gateways],
  isAssumed: true,
  draftOrder: 1,
  router,
  checks,
  claims: () => [],
  rivalry,
}
