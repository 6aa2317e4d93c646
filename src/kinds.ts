/** Every kind of object that this project reads or writes, as the API server's URLs name it. */

export interface ResourceKind {
  apiVersion: string
  kind: string
  plural: string
  namespaced: boolean
}

const namespaced = (apiVersion: string, kind: string, plural: string): ResourceKind => ({
  apiVersion,
  kind,
  plural,
  namespaced: true,
})

/** One line a kind; routers, scalers and workloads add theirs here. RBAC is generated from it. */
export const kinds: readonly ResourceKind[] = [
  namespaced('flagger.app/v1beta1', 'Canary', 'canaries'),
  namespaced('flagger.app/v1beta1', 'MetricTemplate', 'metrictemplates'),
  namespaced('flagger.app/v1beta1', 'AlertProvider', 'alertproviders'),
  namespaced('apps/v1', 'Deployment', 'deployments'),
  namespaced('apps/v1', 'ReplicaSet', 'replicasets'),
  namespaced('apps/v1', 'DaemonSet', 'daemonsets'),
  namespaced('v1', 'Service', 'services'),
  namespaced('v1', 'ConfigMap', 'configmaps'),
  namespaced('v1', 'Secret', 'secrets'),
  namespaced('v1', 'Pod', 'pods'),
  namespaced('v1', 'Event', 'events'),
  namespaced('coordination.k8s.io/v1', 'Lease', 'leases'),
  namespaced('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  namespaced('keda.sh/v1alpha1', 'ScaledObject', 'scaledobjects'),
  namespaced('networking.k8s.io/v1', 'Ingress', 'ingresses'),
  namespaced('networking.istio.io/v1beta1', 'VirtualService', 'virtualservices'),
  namespaced('networking.istio.io/v1beta1', 'DestinationRule', 'destinationrules'),
]

/** The entry of `kinds` for an object or a reference; throws for a kind that is not listed. */
export function resourceKind(of: { apiVersion: string; kind: string }): ResourceKind {
  const found = kinds.find(
    ({ apiVersion, kind }) => apiVersion === of.apiVersion && kind === of.kind,
  )
  if (!found) throw new Error(`kind ${of.apiVersion} ${of.kind} is not listed in src/kinds.ts`)
  return found
}
