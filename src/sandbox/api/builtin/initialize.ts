/** What the server gives a new built-in object beside its defaults: status, addresses. */
import type { Cluster } from '../cluster.ts'
import { at, list, record, text, withAt } from '../json.ts'
import type { ApiObject, Resource } from '../resource.ts'

/** Drops a status that only controllers may write, and sets the first one. */
export function initialize(resource: Resource, object: ApiObject): ApiObject {
  if (resource.custom) return resource.hasStatus ? without(object, 'status') : object
  switch (`${resource.group}/${resource.plural}`) {
    case '/namespaces':
      return { ...object, spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' } }
    case '/pods':
      return { ...object, status: { phase: 'Pending', qosClass: qosClass(object) } }
    case '/services':
      return { ...object, status: { loadBalancer: {} } }
    case 'networking.k8s.io/ingresses':
      return { ...object, status: { loadBalancer: {} } }
    case 'autoscaling/horizontalpodautoscalers':
      return { ...object, status: { currentMetrics: null, desiredReplicas: 0 } }
    case 'apps/daemonsets':
      return {
        ...object,
        status: {
          currentNumberScheduled: 0,
          numberMisscheduled: 0,
          desiredNumberScheduled: 0,
          numberReady: 0,
        },
      }
    case 'apps/replicasets':
      return { ...object, status: { replicas: 0 } }
    case 'apps/statefulsets':
      return { ...object, status: { replicas: 0, availableReplicas: 0 } }
    case 'apps/deployments':
      return { ...object, status: {} }
    default:
      return object
  }
}

function without(object: ApiObject, key: string): ApiObject {
  const { [key]: _, ...rest } = object
  return rest as ApiObject
}

function qosClass(pod: ApiObject): string {
  const containers = list(at(pod, 'spec', 'containers'))
  const kinds = containers.map((container) => {
    const limits = record(at(container, 'resources', 'limits'))
    const requests = { ...limits, ...record(at(container, 'resources', 'requests')) }
    if (Object.keys(requests).length === 0) return 'BestEffort'
    const bounded = ['cpu', 'memory'].every((of) => limits[of] && limits[of] === requests[of])
    return bounded ? 'Guaranteed' : 'Burstable'
  })
  if (kinds.every((kind) => kind === 'BestEffort')) return 'BestEffort'
  return kinds.every((kind) => kind === 'Guaranteed') ? 'Guaranteed' : 'Burstable'
}

/** Gives a Service its address. */
export function allocate(cluster: Cluster, resource: Resource, object: ApiObject): ApiObject {
  if (resource.group !== '' || resource.plural !== 'services') return object
  const spec = record(object.spec)
  if (spec.type === 'ExternalName') return object
  const wanted = text(spec.clusterIP)
  const clusterIP = wanted || freeAddress(cluster)
  return withAt(object, ['spec'], { ...spec, clusterIP, clusterIPs: [clusterIP] }) as ApiObject
}

function freeAddress({ storage }: Cluster): string {
  const used = new Set(storage.list('/services').map((service) => at(service, 'spec', 'clusterIP')))
  for (let number = 10; number < 65_535; number++) {
    const address = `10.0.${number >> 8}.${number & 255}`
    if (!used.has(address)) return address
  }
  throw new Error('the range 10.0.0.0/16 of service addresses is used up')
}
