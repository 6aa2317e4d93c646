/**
 * Linkerd with its SMI extension: requests to the Service of a TrafficSplit go to its backends, and
 * what reaches a pod is counted by its proxy.
 * https://linkerd.io/2/tasks/linkerd-smi/
 */
import { millisecondBounds, type Plane } from '../../sandbox/traffic/plane.ts'
import { roadBySplits } from '../../sandbox/traffic/traffic-splits.ts'

export const plane: Plane = {
  road: (called, objects) => roadBySplits(called, objects, ['v1alpha1', 'v1alpha2']),

  counts({ namespace, endpoint, status, latencyMs }) {
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
  },

  tester: () => ({}),
}
