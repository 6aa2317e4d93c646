/** What Traefik counts of the Services behind its custom resources. */
import { type Checks, counters, durations, quantile } from '../checks.ts'

const service = 'service=~"{{ namespace }}-{{ service }}-canary-[0-9a-zA-Z-]+@kubernetescrd"'
const bucket = 'traefik_service_request_duration_seconds_bucket'

export const checks: Checks = {
  successRate:
    ` sum( rate( ${bucket}{ ${service}, code!~"5..", le="+Inf" }[{{ interval }}] ) )` +
    ` / sum( rate( ${bucket}{ ${service}, le="+Inf" }[{{ interval }}] ) ) * 100`,
  duration: `${quantile(bucket, service)} * 1000`,
  toMs: 1,
  counters: counters(bucket, `${service}, le="+Inf"`, 'code=~"5.."'),
  durations: { ...durations(bucket, service, 1000), usualBoundsMs: [100, 300, 1_200, 5_000] },
}
