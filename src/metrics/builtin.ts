/** The queries of the two built-in checks, for every mesh and ingress. */
import type { Canary } from '../canary/canary.ts'

export interface Observer {
  successRate: string
  duration: string
  /** Factor from the unit of the duration query to milliseconds. */
  toMs: 1 | 1000
  /** Names go into route identifiers that allow letters, digits and `_` only. */
  plainNames?: true
}

interface Rate {
  metric: string
  selector: string
  /** Matches requests that did not fail. */
  passed: string
  /** What ends the selector of all requests. */
  end?: ','
}

const success = ({ metric, selector, passed, end }: Rate): string =>
  ` sum( rate( ${metric}{ ${selector}, ${passed} }[{{ interval }}] ) )` +
  ` / sum( rate( ${metric}{ ${selector}${end ?? ''} }[{{ interval }}] ) ) * 100`

const quantile = (bucket: string, selector: string): string =>
  ` histogram_quantile( 0.99, sum( rate( ${bucket}{ ${selector} }[{{ interval }}] ) ) by (le) )`

const average = (metric: string, selector: string): string =>
  ` sum( rate( ${metric}_sum{ ${selector} }[{{ interval }}] ) )` +
  ` / sum( rate( ${metric}_count{ ${selector} }[{{ interval }}] ) ) * 1000`

/** Meshes and ingresses whose proxy is Envoy. */
function envoy(selector: string, end?: ','): Observer {
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
  }
}

const podNames =
  'kubernetes_namespace="{{ namespace }}", kubernetes_pod_name=~"{{ target }}-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"'

const istioTarget =
  'reporter="destination", destination_workload_namespace="{{ namespace }}", destination_workload=~"{{ target }}"'

const istio: Observer = {
  successRate: success({
    metric: 'istio_requests_total',
    selector: istioTarget,
    passed: 'response_code!~"5.*"',
  }),
  duration: quantile('istio_request_duration_milliseconds_bucket', istioTarget),
  toMs: 1,
}

const linkerdDeployment = 'namespace="{{ namespace }}", deployment=~"{{ target }}"'
const linkerd: Observer = {
  successRate:
    ` sum( rate( response_total{ ${linkerdDeployment}, classification!="failure", direction="inbound" }[{{ interval }}] ) )` +
    ` / sum( rate( response_total{ ${linkerdDeployment}, direction="inbound" }[{{ interval }}] ) ) * 100`,
  duration: quantile('response_latency_ms_bucket', `${linkerdDeployment}, direction="inbound"`),
  toMs: 1,
}

const nginxIngress = 'namespace="{{ namespace }}", ingress="{{ ingress }}", canary!=""'
const nginx: Observer = {
  successRate: success({
    metric: 'nginx_ingress_controller_requests',
    selector: nginxIngress,
    passed: 'status!~"5.*"',
  }),
  duration: average('nginx_ingress_controller_response_duration_seconds', nginxIngress),
  toMs: 1,
}

const podHttp: Observer = {
  successRate: success({
    metric: 'http_request_duration_seconds_count',
    selector: podNames,
    passed: 'status!~"5.*"',
  }),
  duration: quantile('http_request_duration_seconds_bucket', podNames),
  toMs: 1000,
}

const skipperRoute =
  'route=~"kube(ew)?_{{ namespace }}__{{ ingress }}_canary__.*__{{ service }}_canary(_[0-9]+)?"'
const skipper: Observer = {
  successRate:
    ` sum(rate(skipper_response_duration_seconds_bucket{${skipperRoute},code!~"5..",le="+Inf"}[{{ interval }}]))` +
    ` / sum(rate(skipper_response_duration_seconds_bucket{${skipperRoute},le="+Inf"}[{{ interval }}])) * 100`,
  duration:
    ` sum(rate(skipper_serve_route_duration_seconds_sum{${skipperRoute}}[{{ interval }}]))` +
    ` / sum(rate(skipper_serve_route_duration_seconds_count{${skipperRoute}}[{{ interval }}])) * 1000`,
  toMs: 1,
  plainNames: true,
}

const traefikService = 'service=~"{{ namespace }}-{{ target }}-canary-[0-9a-zA-Z-]+@kubernetescrd"'
const traefikBucket = 'traefik_service_request_duration_seconds_bucket'
const traefik: Observer = {
  successRate:
    ` sum( rate( ${traefikBucket}{ ${traefikService}, code!~"5..", le="+Inf" }[{{ interval }}] ) )` +
    ` / sum( rate( ${traefikBucket}{ ${traefikService}, le="+Inf" }[{{ interval }}] ) ) * 100`,
  duration: `${quantile(traefikBucket, traefikService)} * 1000`,
  toMs: 1,
}

const osmTarget =
  'destination_namespace="{{ namespace }}", destination_kind="Deployment", destination_name="{{ target }}"'
const osm: Observer = {
  successRate: success({
    metric: 'osm_request_total',
    selector: osmTarget,
    passed: 'response_code!~"5.*"',
  }),
  duration: quantile('osm_request_duration_ms_bucket', osmTarget),
  toMs: 1,
}

const apisixRoute = 'route=~"{{ namespace }}_{{ route }}-{{ target }}-canary_.+"'
const apisix: Observer = {
  successRate: success({
    metric: 'apisix_http_status',
    selector: apisixRoute,
    passed: 'code!~"5.."',
  }),
  duration: quantile('apisix_http_latency_bucket', `type=~"request", ${apisixRoute}`),
  toMs: 1,
}

const cluster = (name: string): Observer => envoy(`envoy_cluster_name=~"${name}"`, ',')

export const observers = {
  appmesh: envoy(podNames),
  linkerd,
  istio,
  contour: cluster('{{ namespace }}_{{ service }}-canary_[0-9a-zA-Z-]+'),
  gloo: cluster('{{ namespace }}-{{ target }}-canaryupstream-[0-9a-zA-Z-]+_[0-9a-zA-Z-]+'),
  nginx,
  podHttp,
  skipper,
  traefik,
  osm,
  kuma: envoy('service=~"{{ target }}-canary_{{ namespace }}_svc_[0-9a-zA-Z-]+"', ','),
  apisix,
  knative: cluster('{{ namespace }}/{{ route }}'),
} as const satisfies Record<string, Observer>

/** How events name the provider whose metrics are queried. */
export function metricsProvider({ spec }: Pick<Canary, 'spec'>, meshProvider: string): string {
  const { provider, targetRef } = spec
  const mesh = meshProvider.includes('crossover') ? 'crossover' : meshProvider
  // An ingress may route while a Linkerd mesh measures.
  const chosen = provider ? (meshProvider.includes('linkerd') ? 'linkerd' : provider) : mesh
  const isCoreService =
    targetRef.kind === 'Service' && targetRef.apiVersion !== 'serving.knative.dev/v1'
  return isCoreService ? `${chosen}:service` : chosen
}

/** The queries for a provider, whatever the kind of target; Istio's for an unknown one. */
export function observerFor(metricsProvider: string): Observer {
  const name = metricsProvider.replace(/:service$/, '')
  if (name.startsWith('appmesh')) return observers.appmesh
  if (name.startsWith('gloo')) return observers.gloo
  if (name === 'kubernetes' || name.startsWith('gatewayapi')) return observers.podHttp
  const exact: Readonly<Record<string, Observer>> = observers
  return (Object.hasOwn(exact, name) ? exact[name] : undefined) ?? observers.istio
}
