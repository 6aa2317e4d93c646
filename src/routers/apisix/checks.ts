/** What APISIX counts of the copied route; the route's own name is what `prefer_name` brings. */
import { type Checks, quantile, success } from '../checks.ts'

// Flagger says {{ target }}, which finds nothing where spec.service.name is another name.
const route = 'route=~"{{ namespace }}_{{ route }}-{{ service }}-canary_.+"'

export const checks: Checks = {
  successRate: success({ metric: 'apisix_http_status', selector: route, passed: 'code!~"5.."' }),
  duration: quantile('apisix_http_latency_bucket', `type=~"request", ${route}`),
  toMs: 1,
}
