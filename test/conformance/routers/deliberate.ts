/** Where a golden holds what Flagger writes, and this controller writes another spec on purpose. */
export interface Deliberate {
  golden: string
  kind: string
  name: string
  /** The fields that differ. */
  spec: Record<string, unknown>
  reason: string
}

export const deliberate: readonly Deliberate[] = [
  {
    golden: 'istio-taken-over',
    kind: 'Service',
    name: 'podinfo',
    spec: {
      ports: [{ name: 'http', port: 80, protocol: 'TCP', targetPort: 8080, nodePort: 30080 }],
    },
    reason:
      'the Canary names no targetPort, so the port of the Service goes on leading where it led: ' +
      'Flagger leads it to a container port 80 that nobody listens at',
  },
  {
    golden: 'istio-taken-over',
    kind: 'VirtualService',
    name: 'podinfo',
    spec: { hosts: ['shop.example.org', 'podinfo'] },
    reason:
      'the Canary names no hosts, so those of the VirtualService go on to be served: Flagger ' +
      'leaves the apex alone, and users of shop.example.org get 404',
  },
]
