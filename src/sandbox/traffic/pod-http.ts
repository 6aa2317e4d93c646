/** What applications count themselves, whatever leads their requests. */
import { type Measurement, type Served, secondBounds } from './plane.ts'

/** The application's own metrics, with the labels that a scrape of pods adds. */
export function podHttp({ namespace, endpoint, status, latencyMs }: Served): Measurement[] {
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
