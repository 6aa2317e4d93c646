/**
 * Open Service Mesh: requests to the Service of a TrafficSplit go to its backends; it counts them by
 * the workload that they reach.
 * https://release-v1-2.docs.openservicemesh.io/docs/guides/traffic_management/traffic_split/
 */
import { millisecondBounds, type Plane } from '../../sandbox/traffic/plane.ts'
import { roadBySplits } from '../../sandbox/traffic/traffic-splits.ts'

export const plane: Plane = {
  road: (called, objects) => roadBySplits(called, objects, ['v1alpha2']),

  counts({ namespace, endpoint, status, latencyMs }) {
    if (!endpoint) return []
    const destination = {
      destination_namespace: namespace,
      destination_kind: endpoint.workload.kind,
      destination_name: endpoint.workload.name,
    }
    const labels = { ...destination, response_code: `${status}` }
    return [
      { kind: 'counter', name: 'osm_request_total', labels },
      {
        kind: 'histogram',
        name: 'osm_request_duration_ms',
        labels: destination,
        value: latencyMs,
        bounds: millisecondBounds,
      },
    ]
  },

  tester: () => ({}),
}
