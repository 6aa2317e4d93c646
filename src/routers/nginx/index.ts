/** ingress-nginx: a canary Ingress beside the user's. */
import { ingressClaims, ingressKind } from '../ingress.ts'
import { named, type Provider } from '../provider.ts'
import { checks } from './checks.ts'
import { nginx as router } from './router.ts'

export const nginx: Provider = {
  ...named('nginx'),
  kinds: [ingressKind],
  toldBy: 'ingressRef',
  router,
  checks,
  claims: ingressClaims,
}
