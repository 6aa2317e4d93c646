/** The two versions of the API that can be asked for; they differ in what Flagger writes. */
import type { Canary } from '../../canary/canary.ts'
import type { ObjectRef } from '../../objects.ts'

/** With v1beta1 no timeouts and no CORS are written, as clusters of that time know neither. */
export function isOld({ provider }: Pick<Canary, 'provider'>): boolean {
  return provider.startsWith('gatewayapi:v1beta1')
}

/** In the version that the provider means; that of the apex unless another is named. */
export function httpRouteRef(canary: Canary, name = canary.names.apex): ObjectRef {
  return {
    apiVersion: `gateway.networking.k8s.io/${isOld(canary) ? 'v1beta1' : 'v1'}`,
    kind: 'HTTPRoute',
    namespace: canary.namespace,
    name,
  }
}
