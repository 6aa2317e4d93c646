/** What meshes, ingresses and applications count of a request: names and labels as they are. */
import type { Canary } from '../../canary/canary.ts'
import type { Labels } from '../prometheus/series.ts'
import type { Endpoint } from './endpoints.ts'

/** A request that was answered, by a pod or in place of one. */
export interface Served {
  namespace: string
  /** The Service that it reached. */
  service: string
  port: number
  canary: Canary | undefined
  /** Absent when no pod was ready. */
  endpoint: Endpoint | undefined
  status: number
  latencyMs: number
}

export type Measurement =
  | { kind: 'counter'; name: string; labels: Labels }
  | {
      kind: 'histogram'
      /** Without `_bucket`, `_sum` or `_count`. */
      name: string
      labels: Labels
      value: number
      /** Upper bounds in the unit of the value; `+Inf` comes by itself. */
      bounds: readonly number[]
    }

export type Observer = (served: Served) => Measurement[]

interface Rule {
  serves: (provider: string) => boolean
  observe: Observer
  /** It counts only requests that come through it. */
  isIngress?: true
}

/** What a provider counts. As for routers, an unknown provider means Istio. */
export function observerOf(provider: string): Pick<Rule, 'observe' | 'isIngress'> {
  return rules.find(({ serves }) => serves(provider)) ?? { observe: istio }
}

/** The application's own metrics, with the labels that a scrape of pods adds. */
export const podHttp: Observer = ({ namespace, endpoint, status, latencyMs }) => {
  if (!endpoint) return []
  const labels = {
    kubernetes_namespace: namespace,
    kubernetes_pod_name: endpoint.pod,
    method: 'GET',
    path: 'root',
    status: `${status}`,
  }
  const name = 'http_request_duration_seconds'
  return [{ kind: 'histogram', name, labels, value: latencyMs / 1_000, bounds: secondBounds }]
}

/** The sidecar of the pod reports as `destination`, the one of the caller as `source`. */
const istio: Observer = ({ namespace, service, endpoint, status, latencyMs }) => {
  const { workload } = endpoint ?? { workload: { name: 'unknown' } }
  const labels = {
    source_workload: 'loadtester',
    source_workload_namespace: namespace,
    destination_workload: workload.name,
    destination_workload_namespace: endpoint ? namespace : 'unknown',
    destination_service: `${service}.${namespace}.svc.cluster.local`,
    destination_service_name: service,
    destination_service_namespace: namespace,
    request_protocol: 'http',
    response_code: `${status}`,
    response_flags: endpoint ? '-' : 'UH',
  }
  const reporters = endpoint ? ['destination', 'source'] : ['source']
  return reporters.flatMap((reporter): Measurement[] => [
    { kind: 'counter', name: 'istio_requests_total', labels: { reporter, ...labels } },
    {
      kind: 'histogram',
      name: 'istio_request_duration_milliseconds',
      labels: { reporter, ...labels },
      value: latencyMs,
      bounds: millisecondBounds,
    },
  ])
}

/** The label `canary` names the backend when the canary Ingress took the request, else it is empty. */
const nginx: Observer = ({ namespace, service, port, canary, status, latencyMs }) => {
  const labels = {
    namespace,
    ingress: canary?.spec.ingressRef?.name ?? service,
    service,
    canary: service === canary?.names.canary ? `${namespace}-${service}-${port}` : '',
    host: 'app.example.com',
    path: '/',
    method: 'GET',
    status: `${status}`,
  }
  return [
    { kind: 'counter', name: 'nginx_ingress_controller_requests', labels },
    {
      kind: 'histogram',
      name: 'nginx_ingress_controller_response_duration_seconds',
      labels,
      value: latencyMs / 1_000,
      bounds: secondBounds,
    },
  ]
}

/** Names of routes have an underscore for every letter that is not one. */
const skipper: Observer = ({ namespace, service, canary, status, latencyMs }) => {
  const ingress = canary?.spec.ingressRef?.name ?? service
  const parts = [namespace, `${ingress}-canary`, 'app.example.com', '', service]
  const route = `kube_${parts.map((part) => part.replace(/\W/g, '_')).join('__')}`
  const labels = { route, code: `${status}`, method: 'GET' }
  const value = latencyMs / 1_000
  return ['skipper_response_duration_seconds', 'skipper_serve_route_duration_seconds'].map(
    (name): Measurement => ({ kind: 'histogram', name, labels, value, bounds: secondBounds }),
  )
}

const linkerd: Observer = ({ namespace, endpoint, status, latencyMs }) => {
  if (!endpoint) return []
  const labels = {
    direction: 'inbound',
    namespace,
    deployment: endpoint.workload.name,
    pod: endpoint.pod,
    status_code: `${status}`,
    classification: status >= 500 ? 'failure' : 'success',
  }
  return [
    { kind: 'counter', name: 'response_total', labels },
    {
      kind: 'histogram',
      name: 'response_latency_ms',
      labels,
      value: latencyMs,
      bounds: millisecondBounds,
    },
  ]
}

const traefik: Observer = ({ namespace, service, port, status, latencyMs }) => [
  {
    kind: 'histogram',
    name: 'traefik_service_request_duration_seconds',
    labels: {
      service: `${namespace}-${service}-${port}@kubernetescrd`,
      code: `${status}`,
      method: 'GET',
      protocol: 'http',
    },
    value: latencyMs / 1_000,
    bounds: [0.1, 0.3, 1.2, 5],
  },
]

const openServiceMesh: Observer = ({ namespace, endpoint, status, latencyMs }) => {
  if (!endpoint) return []
  const { kind, name } = endpoint.workload
  const destination = {
    destination_namespace: namespace,
    destination_kind: kind,
    destination_name: name,
  }
  return [
    {
      kind: 'counter',
      name: 'osm_request_total',
      labels: { ...destination, response_code: `${status}` },
    },
    {
      kind: 'histogram',
      name: 'osm_request_duration_ms',
      labels: destination,
      value: latencyMs,
      bounds: millisecondBounds,
    },
  ]
}

/** Envoy's own metrics, whose clusters each control plane names in its way. */
function envoy(clusterOf: (served: Served) => Labels): Observer {
  return (served) => {
    const cluster = clusterOf(served)
    return [
      {
        kind: 'counter',
        name: 'envoy_cluster_upstream_rq',
        labels: { ...cluster, envoy_response_code: `${served.status}` },
      },
      {
        kind: 'histogram',
        name: 'envoy_cluster_upstream_rq_time',
        labels: cluster,
        value: served.latencyMs,
        bounds: millisecondBounds,
      },
    ]
  }
}

const contour = envoy(({ namespace, service, port }) => ({
  envoy_cluster_name: `${namespace}_${service}_${port}`,
}))

const gloo = envoy(({ namespace, service, port }) => ({
  envoy_cluster_name: `${namespace}-${service}upstream-${port}_${namespace}`,
}))

const kuma = envoy(({ namespace, service, port }) => ({
  service: `${service}_${namespace}_svc_${port}`,
}))

const appMesh = envoy(({ namespace, service, endpoint }) => ({
  kubernetes_namespace: namespace,
  kubernetes_pod_name: endpoint?.pod ?? service,
}))

const rules: readonly Rule[] = [
  { serves: (provider) => provider.startsWith('appmesh'), observe: appMesh },
  { serves: (provider) => provider.startsWith('gloo'), observe: gloo, isIngress: true },
  { serves: (provider) => provider.startsWith('gatewayapi'), observe: () => [] },
  { serves: is('kubernetes'), observe: () => [] },
  { serves: is('contour'), observe: contour, isIngress: true },
  { serves: is('kuma'), observe: kuma },
  { serves: is('linkerd'), observe: linkerd },
  { serves: is('nginx'), observe: nginx, isIngress: true },
  { serves: is('osm'), observe: openServiceMesh },
  { serves: is('skipper'), observe: skipper, isIngress: true },
  { serves: is('traefik'), observe: traefik, isIngress: true },
]

function is(name: string): (provider: string) => boolean {
  return (provider) => provider === name
}

const secondBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const millisecondBounds = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000,
]
