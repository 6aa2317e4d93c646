/** Who is behind a Service: the ready pods that its selector finds. */
import type { KubeObject } from '../../objects.ts'
import type { Store } from '../api/store.ts'
import { isReady, kindOf, matches, type Pod, type Service } from '../simulation/objects.ts'

/** A pod that answers requests. */
export interface Endpoint {
  pod: string
  image: string
  /** The Deployment or DaemonSet above the pod, or the pod itself. */
  workload: { kind: string; name: string }
}

/** The Service of this name; undefined where there is none. */
export function serviceIn(store: Store, namespace: string, name: string): Service | undefined {
  return store.get<Service>({ ...kindOf.service, namespace, name })
}

/** None for a Service that does not exist or selects nothing by itself. */
export function endpointsOf(store: Store, namespace: string, service: string): Endpoint[] {
  const { selector } = serviceIn(store, namespace, service)?.spec ?? {}
  if (!selector || Object.keys(selector).length === 0) return []
  return store
    .list<Pod>(kindOf.pod, { namespace })
    .filter((pod) => matches(selector, pod.metadata.labels) && isReady(pod))
    .map((pod) => ({
      pod: pod.metadata.name,
      image: pod.spec.containers[0]?.image ?? '',
      workload: workloadOf(store, pod),
    }))
}

function workloadOf(store: Store, object: KubeObject): Endpoint['workload'] {
  const { name, namespace, ownerReferences = [] } = object.metadata
  const owner = ownerReferences.find(({ controller }) => controller)
  if (!owner) return { kind: object.kind, name }
  if (owner.kind !== 'ReplicaSet') return { kind: owner.kind, name: owner.name }
  const set = store.get({ ...kindOf.replicaSet, name: owner.name, ...(namespace && { namespace }) })
  return set ? workloadOf(store, set) : { kind: owner.kind, name: owner.name }
}
