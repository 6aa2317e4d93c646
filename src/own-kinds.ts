/** The kinds that are used whatever the provider, workload or autoscaler of a canary. */
import { namespacedKind, type ResourceKind } from './resource-kind.ts'
import { budgetKind } from './workloads/copied/budgets.ts'

export const ownKinds: readonly ResourceKind[] = [
  namespacedKind('flagger.app/v1beta1', 'Canary', 'canaries'),
  namespacedKind('flagger.app/v1beta1', 'MetricTemplate', 'metrictemplates'),
  namespacedKind('flagger.app/v1beta1', 'AlertProvider', 'alertproviders'),
  namespacedKind('apps/v1', 'ReplicaSet', 'replicasets'),
  namespacedKind('v1', 'Service', 'services'),
  namespacedKind('v1', 'ConfigMap', 'configmaps'),
  namespacedKind('v1', 'Secret', 'secrets'),
  namespacedKind('v1', 'Pod', 'pods'),
  namespacedKind('v1', 'Event', 'events'),
  budgetKind,
  namespacedKind('coordination.k8s.io/v1', 'Lease', 'leases'),
]
