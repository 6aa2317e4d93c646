/** ingress-nginx: a canary Ingress beside the user's. */
import { eachIngress, ingressClaims, ingressKind } from '../ingress.ts'
import { named, type Provider } from '../provider.ts'
import { forEach } from '../several.ts'
import { checks } from './checks.ts'
import { rivalry } from './places.ts'
import { nginx as router } from './router.ts'

export const nginx: Provider = {
  ...named('nginx'),
  kinds: [ingressKind],
  toldBy: 'ingressRef',
  router: forEach(eachIngress, router),
  checks,
  claims: ingressClaims,
  rivalry,
}
