/** What sidecars count in the manner of Istio, where the mesh counts at both ends. */
import { type Measurement, millisecondBounds, type Served } from './plane.ts'

/** The measurements of one request: by both ends, or by the source alone where no pod answered. */
export function countsOfSidecars(served: Served): Measurement[] {
  const labels = labelsOf(served)
  const reporters = served.endpoint ? ['destination', 'source'] : ['source']
  return reporters.flatMap((reporter): Measurement[] => [
    { kind: 'counter', name: 'istio_requests_total', labels: { reporter, ...labels } },
    {
      kind: 'histogram',
      name: 'istio_request_duration_milliseconds',
      labels: { reporter, ...labels },
      value: served.latencyMs,
      bounds: millisecondBounds,
    },
  ])
}

/** The sidecar of the pod reports as `destination`, the one of the caller as `source`. */
function labelsOf(of: Pick<Served, 'namespace' | 'service' | 'endpoint' | 'status'>) {
  const { namespace, service, endpoint, status } = of
  return {
    source_workload: 'loadtester',
    source_workload_namespace: namespace,
    destination_workload: endpoint?.workload.name ?? 'unknown',
    destination_workload_namespace: endpoint ? namespace : 'unknown',
    destination_service: `${service}.${namespace}.svc.cluster.local`,
    destination_service_name: service,
    destination_service_namespace: namespace,
    request_protocol: 'http',
    response_code: `${status}`,
    response_flags: endpoint ? '-' : 'UH',
  }
}
