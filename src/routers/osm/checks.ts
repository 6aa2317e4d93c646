/** What the proxies of Open Service Mesh count of the requests that reach the target. */
import { type Checks, counters, durations, quantile, success } from '../checks.ts'

const target =
  'destination_namespace="{{ namespace }}", destination_kind="Deployment", destination_name="{{ target }}"'

export const checks: Checks = {
  successRate: success({
    metric: 'osm_request_total',
    selector: target,
    passed: 'response_code!~"5.*"',
  }),
  duration: quantile('osm_request_duration_ms_bucket', target),
  toMs: 1,
  counters: counters('osm_request_total', target, 'response_code=~"5.*"'),
  durations: durations('osm_request_duration_ms_bucket', target, 1),
}
