/** What ingress-nginx counts of the requests that its canary Ingress took. */
import { average, type Checks, success } from '../checks.ts'

const nginxIngress = 'namespace="{{ namespace }}", ingress="{{ ingress }}", canary!=""'
export const checks: Checks = {
  successRate: success({
    metric: 'nginx_ingress_controller_requests',
    selector: nginxIngress,
    passed: 'status!~"5.*"',
  }),
  duration: average('nginx_ingress_controller_response_duration_seconds', nginxIngress),
  toMs: 1,
  counters: {
    metric: 'nginx_ingress_controller_requests',
    canary: nginxIngress,
    primary: nginxIngress.replace('canary!=', 'canary='),
    failed: 'status=~"5.*"',
  },
  // The check of a range knows the average only; the judge reads the buckets beside it.
  durations: {
    metric: 'nginx_ingress_controller_response_duration_seconds_bucket',
    canary: nginxIngress,
    primary: nginxIngress.replace('canary!=', 'canary='),
    toMs: 1000,
  },
}
