/** What meshes and ingresses count of a request whose routes are not simulated. */
import type { Labels } from '../prometheus/series.ts'
import { type Measurement, millisecondBounds, type Served, secondBounds } from './plane.ts'

export type Observer = (served: Served) => Measurement[]

interface Rule {
  serves: (provider: string) => boolean
  observe: Observer
  /** It counts only requests that come through it. */
  isIngress?: true
}

/** What a provider without a plane counts; undefined for one that is not known. */
export function observerOf(provider: string): Pick<Rule, 'observe' | 'isIngress'> | undefined {
  return rules.find(({ serves }) => serves(provider))
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

const appMesh = envoy(({ namespace, service, endpoint }) => ({
  kubernetes_namespace: namespace,
  kubernetes_pod_name: endpoint?.pod ?? service,
}))

const rules: readonly Rule[] = [
  { serves: (provider) => provider.startsWith('appmesh'), observe: appMesh },
]
