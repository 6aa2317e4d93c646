/** The controller of EndpointSlices: which pods are behind a Service. */
import { refOf } from '../../../objects.ts'
import {
  controllerOf,
  type EndpointSlice,
  isReady,
  kindOf,
  matches,
  type Pod,
  type Service,
} from '../objects.ts'
import type { World } from '../world.ts'

/** One look at a Service; one without a selector is left to whoever manages its endpoints. */
export function syncService(service: Service, world: World): void {
  const { store, children } = world
  const { metadata, spec } = service
  const { selector = {}, ports = [] } = spec
  if (metadata.deletionTimestamp !== undefined || Object.keys(selector).length === 0) return
  const { name, namespace = '' } = metadata
  const pods = world.podsWith(namespace, selector).filter((pod) => isBehind(pod, selector))
  const wanted = {
    endpoints: pods.map(endpointOf),
    ports: ports.map(({ name: portName = '', port, targetPort, protocol = 'TCP' }) => ({
      name: portName,
      port: portNumber(targetPort ?? port, pods) ?? port,
      protocol,
    })),
  }
  const [found] = children.of<EndpointSlice>(service, 'EndpointSlice')
  if (!found) {
    store.create<EndpointSlice>({
      ...kindOf.endpointSlice,
      metadata: {
        // The server makes the name from this.
        name: '',
        generateName: `${name}-`,
        namespace,
        labels: {
          'kubernetes.io/service-name': name,
          'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        },
        ownerReferences: [controllerOf(service)],
      },
      addressType: 'IPv4',
      ...wanted,
    })
    return
  }
  const { endpoints, ports: present } = found
  if (JSON.stringify({ endpoints, ports: present }) === JSON.stringify(wanted)) return
  store.modify<EndpointSlice>(refOf(found), (draft) => {
    draft.endpoints = wanted.endpoints
    draft.ports = wanted.ports
  })
}

/** Pods have an address once they run; those that end are taken out at once. */
function isBehind({ metadata, status }: Pod, selector: Record<string, string>): boolean {
  return (
    matches(selector, metadata.labels) &&
    metadata.deletionTimestamp === undefined &&
    status?.podIP !== undefined
  )
}

function endpointOf(pod: Pod): EndpointSlice['endpoints'][number] {
  const { name, namespace = '', uid = '' } = pod.metadata
  const ready = isReady(pod)
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: { ready, serving: ready, terminating: false },
    ...(pod.spec.nodeName !== undefined && { nodeName: pod.spec.nodeName }),
    targetRef: { kind: 'Pod', name, namespace, uid },
  }
}

/** The port itself, or the one of that name in the first pod. */
function portNumber(port: number | string, [pod]: readonly Pod[]): number | undefined {
  if (typeof port === 'number') return port
  const ports = pod?.spec.containers.flatMap((container) => container.ports ?? []) ?? []
  return ports.find(({ name }) => name === port)?.containerPort
}
