/** What the sidecars of Istio count, as the destination reports it. */
import { type Checks, quantile, success } from '../checks.ts'

const istioTarget =
  'reporter="destination", destination_workload_namespace="{{ namespace }}", destination_workload=~"{{ target }}"'

export const checks: Checks = {
  successRate: success({
    metric: 'istio_requests_total',
    selector: istioTarget,
    passed: 'response_code!~"5.*"',
  }),
  duration: quantile('istio_request_duration_milliseconds_bucket', istioTarget),
  toMs: 1,
}
