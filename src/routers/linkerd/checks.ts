/** What the proxies of Linkerd count of the requests that reach the target's pods. */
import { type Checks, counters, durations, quantile } from '../checks.ts'

const target = 'namespace="{{ namespace }}", deployment=~"{{ target }}"'

export const checks: Checks = {
  successRate:
    ` sum( rate( response_total{ ${target}, classification!="failure", direction="inbound" }[{{ interval }}] ) )` +
    ` / sum( rate( response_total{ ${target}, direction="inbound" }[{{ interval }}] ) ) * 100`,
  duration: quantile('response_latency_ms_bucket', `${target}, direction="inbound"`),
  toMs: 1,
  counters: counters(
    'response_total',
    `${target}, direction="inbound"`,
    'classification="failure"',
  ),
  durations: durations('response_latency_ms_bucket', `${target}, direction="inbound"`, 1),
}
