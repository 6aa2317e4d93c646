/** What Skipper counts of the routes that it makes of the canary Ingress. */
import { type Checks, counters } from '../checks.ts'

const skipperRoute =
  'route=~"kube(ew)?_{{ namespace }}__{{ ingress }}_canary__.*__{{ service }}_canary(_[0-9]+)?"'
export const checks: Checks = {
  successRate:
    ` sum(rate(skipper_response_duration_seconds_bucket{${skipperRoute},code!~"5..",le="+Inf"}[{{ interval }}]))` +
    ` / sum(rate(skipper_response_duration_seconds_bucket{${skipperRoute},le="+Inf"}[{{ interval }}])) * 100`,
  duration:
    ` sum(rate(skipper_serve_route_duration_seconds_sum{${skipperRoute}}[{{ interval }}]))` +
    ` / sum(rate(skipper_serve_route_duration_seconds_count{${skipperRoute}}[{{ interval }}])) * 1000`,
  toMs: 1,
  counters: {
    ...counters(
      'skipper_response_duration_seconds_bucket',
      `${skipperRoute},le="+Inf"`,
      'code=~"5.."',
    ),
    primary: `${skipperRoute.replace('_canary(', '_primary(')},le="+Inf"`,
  },
  durations: {
    metric: 'skipper_serve_route_duration_seconds_bucket',
    canary: skipperRoute,
    primary: skipperRoute.replace('_canary(', '_primary('),
    toMs: 1000,
  },
  plainNames: true,
}
