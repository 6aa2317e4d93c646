/** Skipper: a copy of the user's Ingress with weighted backends. */
import { eachIngress, ingressClaims, ingressKind } from '../ingress.ts'
import { named, type Provider } from '../provider.ts'
import { forEach } from '../several.ts'
import { checks } from './checks.ts'
import { skipper as router } from './router.ts'

export const skipper: Provider = {
  ...named('skipper'),
  kinds: [ingressKind],
  router: forEach(eachIngress, router),
  checks,
  claims: ingressClaims,
}
