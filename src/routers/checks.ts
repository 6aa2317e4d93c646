/** The queries of the two built-in checks, and the parts of which providers make theirs. */

export interface Checks {
  /** PromQL for the share of requests that did not fail, in percent. */
  successRate: string
  /** PromQL for the duration of a request. */
  duration: string
  /** Factor from the unit of the duration query to milliseconds. */
  toMs: 1 | 1000
  /** Names go into route identifiers that allow letters, digits and `_` only. */
  plainNames?: true
  /** What both versions are compared by; absent where the series do not tell them apart. */
  counters?: Counters
  /** The same for how long requests take. */
  durations?: Durations
  /** The server's error stands alone in the event of the success rate, as in Flagger. */
  bareErrors?: true
}

/** The counter of requests, and the labels by which its series are the canary's or the primary's. */
export interface Counters {
  metric: string
  canary: string
  /** For the primary `{{ target }}` is the primary's workload. */
  primary: string
  /** Matches requests that failed. */
  failed: string
}

/** The primary's series differ by its workload, or by its name in that of the canary's backend. */
export function counters(metric: string, canary: string, failed: string): Counters {
  return { metric, canary, primary: primaryOf(canary), failed }
}

/** A classic histogram of durations, in which both versions are told apart. */
export interface Durations {
  /** With `_bucket`. */
  metric: string
  canary: string
  primary: string
  /** Factor from the unit of its bounds to milliseconds. */
  toMs: 1 | 1000
  /** In milliseconds, where they are the same for everybody who sets none. */
  usualBoundsMs?: readonly number[]
}

/** Of Envoy's histograms: envoyproxy.io, api-v3/config/metrics/v3/stats.proto. */
const envoyBounds = [
  ...[0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000],
  ...[300_000, 600_000, 1_800_000, 3_600_000],
]

/** The primary's buckets differ as its counters do. */
export function durations(metric: string, canary: string, toMs: 1 | 1000): Durations {
  return { metric, canary, primary: primaryOf(canary), toMs }
}

const primaryOf = (canary: string): string => canary.replaceAll('-canary', '-primary')

interface Rate {
  metric: string
  selector: string
  /** Matches requests that did not fail. */
  passed: string
  /** What ends the selector of all requests. */
  end?: ','
}

/** The percentage (0 to 100) of requests that passed. */
export const success = ({ metric, selector, passed, end }: Rate): string =>
  ` sum( rate( ${metric}{ ${selector}, ${passed} }[{{ interval }}] ) )` +
  ` / sum( rate( ${metric}{ ${selector}${end ?? ''} }[{{ interval }}] ) ) * 100`

/** The 99th percentile of a histogram, in the unit of its buckets. */
export const quantile = (bucket: string, selector: string): string =>
  ` histogram_quantile( 0.99, sum( rate( ${bucket}{ ${selector} }[{{ interval }}] ) ) by (le) )`

/** The mean in milliseconds of a histogram that counts seconds. */
export const average = (metric: string, selector: string): string =>
  ` sum( rate( ${metric}_sum{ ${selector} }[{{ interval }}] ) )` +
  ` / sum( rate( ${metric}_count{ ${selector} }[{{ interval }}] ) ) * 1000`

/** Meshes and ingresses whose proxy is Envoy. */
export function envoy(selector: string, end?: ','): Checks {
  const passed = 'envoy_response_code!~"5.*"'
  return {
    successRate: success({
      metric: 'envoy_cluster_upstream_rq',
      selector,
      passed,
      ...(end && { end }),
    }),
    duration: quantile('envoy_cluster_upstream_rq_time_bucket', selector + (end ?? '')),
    toMs: 1,
    ...(/-canary|{{ target }}/.test(selector) && {
      counters: counters('envoy_cluster_upstream_rq', selector, 'envoy_response_code=~"5.*"'),
      durations: {
        ...durations('envoy_cluster_upstream_rq_time_bucket', selector, 1),
        usualBoundsMs: envoyBounds,
      },
    }),
  }
}

const ofDeployments = '[0-9a-zA-Z]+(-[0-9a-zA-Z]+)'

export const podNames = `kubernetes_namespace="{{ namespace }}", kubernetes_pod_name=~"{{ target }}-${ofDeployments}"`

/**
 * The query for pods with other ends of their names: those of a Deployment find the pods of a
 * DaemonSet's primary, and none of the canary.
 */
export const forPods = (query: string, ends: string | undefined): string =>
  ends === undefined
    ? query
    : query.replaceAll(`{{ target }}-${ofDeployments}`, `{{ target }}-${ends}`)

/** What applications count themselves, found by the names of their pods. */
export const podHttp: Checks = {
  successRate: success({
    metric: 'http_request_duration_seconds_count',
    selector: podNames,
    passed: 'status!~"5.*"',
  }),
  duration: quantile('http_request_duration_seconds_bucket', podNames),
  toMs: 1000,
  counters: counters('http_request_duration_seconds_count', podNames, 'status=~"5.*"'),
  durations: durations('http_request_duration_seconds_bucket', podNames, 1000),
  bareErrors: true,
}

/** The query for all Ingresses of a canary that names several. */
export function forIngresses(query: string, names: readonly string[]): string {
  if (names.length < 2) return query
  const any = `(${names.map((name) => name.replaceAll('.', '[.]')).join('|')})`
  return query.replaceAll('="{{ ingress }}"', `=~"${any}"`).replaceAll('{{ ingress }}', any)
}

const istioTarget =
  'reporter="destination", destination_workload_namespace="{{ namespace }}", destination_workload=~"{{ target }}"'

/** What the sidecars of Istio count, as the destination reports it. */
export const sidecars: Checks = {
  successRate: success({
    metric: 'istio_requests_total',
    selector: istioTarget,
    passed: 'response_code!~"5.*"',
  }),
  duration: quantile('istio_request_duration_milliseconds_bucket', istioTarget),
  toMs: 1,
  counters: counters('istio_requests_total', istioTarget, 'response_code=~"5.*"'),
  durations: {
    ...durations('istio_request_duration_milliseconds_bucket', istioTarget, 1),
    usualBoundsMs: envoyBounds,
  },
}
