/** The kinds of which an installation consists, beside those that the controller handles. */
import { namespacedKind, type ResourceKind } from '../resource-kind.ts'

const rbac = 'rbac.authorization.k8s.io/v1'
const admission = 'admissionregistration.k8s.io/v1'

export const installationKinds: readonly ResourceKind[] = [
  ofCluster('v1', 'Namespace', 'namespaces'),
  ofCluster('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'customresourcedefinitions'),
  namespacedKind('v1', 'ServiceAccount', 'serviceaccounts'),
  namespacedKind(rbac, 'Role', 'roles'),
  namespacedKind(rbac, 'RoleBinding', 'rolebindings'),
  ofCluster(rbac, 'ClusterRole', 'clusterroles'),
  ofCluster(rbac, 'ClusterRoleBinding', 'clusterrolebindings'),
  ofCluster(admission, 'ValidatingAdmissionPolicy', 'validatingadmissionpolicies'),
  ofCluster(admission, 'ValidatingAdmissionPolicyBinding', 'validatingadmissionpolicybindings'),
]

function ofCluster(apiVersion: string, kind: string, plural: string): ResourceKind {
  return { apiVersion, kind, plural, namespaced: false }
}
