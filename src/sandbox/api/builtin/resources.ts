/** The built-in kinds that the server serves. */
import type { Resource } from '../resource.ts'

type Given = Partial<Resource>

function resource(group: string, version: string, kind: string, given: Given = {}): Resource {
  const singular = kind.toLowerCase()
  return {
    group,
    version,
    kind,
    listKind: `${kind}List`,
    plural: `${singular}s`,
    singular,
    shortNames: [],
    categories: [],
    namespaced: true,
    hasStatus: false,
    generation: 'none',
    unconditionalUpdate: true,
    ...given,
  }
}

const core = (kind: string, given: Given = {}) => resource('', 'v1', kind, given)
const apps = (kind: string, shortName: string, given: Given = {}) =>
  resource('apps', 'v1', kind, {
    shortNames: [shortName],
    categories: ['all'],
    hasStatus: true,
    generation: 'spec',
    ...given,
  })
const rbac = (kind: string, namespaced: boolean) =>
  resource('rbac.authorization.k8s.io', 'v1', kind, { namespaced })
const review = (group: string, kind: string, namespaced = false) =>
  resource(group, 'v1', kind, { namespaced, review: true })

const replicas = {
  specReplicas: ['spec', 'replicas'],
  statusReplicas: ['status', 'replicas'],
  selector: ['spec', 'selector'],
}

/** Kept in the order of discovery. */
export const builtinResources: readonly Resource[] = [
  core('Namespace', { namespaced: false, shortNames: ['ns'], hasStatus: true }),
  core('Node', { namespaced: false, shortNames: ['no'], hasStatus: true }),
  core('Pod', {
    shortNames: ['po'],
    categories: ['all'],
    hasStatus: true,
    generation: 'spec',
  }),
  core('Service', { shortNames: ['svc'], categories: ['all'], hasStatus: true }),
  core('Endpoints', { listKind: 'EndpointsList', plural: 'endpoints', shortNames: ['ep'] }),
  core('ConfigMap', { shortNames: ['cm'] }),
  core('Secret'),
  core('Event', { shortNames: ['ev'] }),
  core('ServiceAccount', { shortNames: ['sa'] }),
  apps('Deployment', 'deploy', { scale: replicas }),
  apps('ReplicaSet', 'rs', { scale: replicas }),
  apps('DaemonSet', 'ds'),
  apps('StatefulSet', 'sts', { scale: replicas }),
  resource('autoscaling', 'v2', 'HorizontalPodAutoscaler', {
    shortNames: ['hpa'],
    categories: ['all'],
    hasStatus: true,
  }),
  resource('networking.k8s.io', 'v1', 'Ingress', {
    plural: 'ingresses',
    shortNames: ['ing'],
    hasStatus: true,
    generation: 'spec',
  }),
  resource('networking.k8s.io', 'v1', 'IngressClass', {
    plural: 'ingressclasses',
    namespaced: false,
    generation: 'spec',
  }),
  resource('coordination.k8s.io', 'v1', 'Lease', { unconditionalUpdate: false }),
  resource('discovery.k8s.io', 'v1', 'EndpointSlice', { generation: 'content' }),
  resource('policy', 'v1', 'PodDisruptionBudget', {
    shortNames: ['pdb'],
    hasStatus: true,
    generation: 'spec',
    unconditionalUpdate: false,
  }),
  rbac('Role', true),
  rbac('RoleBinding', true),
  rbac('ClusterRole', false),
  rbac('ClusterRoleBinding', false),
  review('authorization.k8s.io', 'SelfSubjectAccessReview'),
  review('authorization.k8s.io', 'SelfSubjectRulesReview'),
  review('authorization.k8s.io', 'SubjectAccessReview'),
  review('authentication.k8s.io', 'SelfSubjectReview'),
  resource('apiextensions.k8s.io', 'v1', 'CustomResourceDefinition', {
    namespaced: false,
    shortNames: ['crd', 'crds'],
    hasStatus: true,
    generation: 'spec',
    unconditionalUpdate: false,
  }),
]
