/** AWS Load Balancer Controller: target groups with weights, in annotations of the user's Ingress. */
import { podHttp } from '../checks.ts'
import { ingressKind } from '../ingress.ts'
import { named, type Provider } from '../provider.ts'
import { alb as router } from './router.ts'

export const alb: Provider = {
  ...named('alb'),
  kinds: [ingressKind],
  keeps: [ingressKind],
  found: [ingressKind],
  router,
  // The load balancer tells CloudWatch alone: what the pods count themselves is measured.
  checks: podHttp,
  // An Ingress may lead to several canaries: each has annotations of its own.
  claims: () => [],
}
