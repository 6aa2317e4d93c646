import { Document, isScalar, visit } from 'yaml'
import { resourceKind } from '../../../src/known-kinds.ts'
import { metricServices } from '../../../src/metrics/registry.gen.ts'
import type { ResourceKind } from '../../../src/resource-kind.ts'
import type { Provider } from '../../../src/routers/provider.ts'
import { providers } from '../../../src/routers/registry.gen.ts'
import { scalerKinds } from '../../../src/scalers/registry.gen.ts'
import { workloadKinds } from '../../../src/workloads/registry.gen.ts'
import type { Generator } from '../generator.ts'

/** A rule of a Role or ClusterRole, about one API group. */
export interface PolicyRule {
  apiGroups: string[]
  resources: string[]
  resourceNames?: string[]
  verbs: string[]
}

/** A rule of a ClusterRole about paths that are no resources. */
export interface PathRule {
  nonResourceURLs: string[]
  verbs: string[]
}

interface Grant {
  /** `apps/deployments`; the core group is empty: `/services`. A subresource follows a slash. */
  resource: string
  verbs: readonly string[]
}

const read = ['get', 'list', 'watch']
const write = ['create', 'update']

/** What is granted whatever the registries hold. */
const fixed: readonly Grant[] = [
  // Finalizer and annotations are patched, the status is replaced.
  { resource: 'flagger.app/canaries', verbs: [...read, 'patch'] },
  { resource: 'flagger.app/canaries/status', verbs: ['update'] },
  // Generated objects name their Canary as an owner that is not to go before them; clusters with
  // OwnerReferencesPermissionEnforcement ask for this.
  { resource: 'flagger.app/canaries/finalizers', verbs: ['update'] },
  { resource: 'flagger.app/metrictemplates', verbs: read },
  { resource: 'flagger.app/alertproviders', verbs: read },
  { resource: '/events', verbs: ['create', 'patch'] },
  // Why pods did not become ready, asked where a run is rolled back because of them.
  { resource: '/pods', verbs: ['list'] },
  // Deleted by garbage collection, never by the controller.
  { resource: '/services', verbs: [...read, ...write] },
  // The copy for the primary's pods; one whose original is gone would go on holding them up.
  { resource: 'policy/poddisruptionbudgets', verbs: ['list', 'watch', ...write, 'delete'] },
  // Credentials of metric and alert providers.
  { resource: '/secrets', verbs: read },
]

const electionLease = 'flagger-leader-election'

/** What the controller does to the objects of its registries. */
function registered(): Grant[] {
  return [...released(), ...routed(providers)]
}

function released(): Grant[] {
  const all: readonly Registered[] = [...workloadKinds, ...scalerKinds]
  return [
    ...all.flatMap((one) => one.kinds.map((kind) => grantOf(kind, one))),
    // The copy of one that the Canary does not name any more would go on scaling the primary.
    ...scalerKinds.flatMap(({ kinds }) =>
      kinds.map((kind) => ({ resource: nameOf(kind), verbs: ['delete'] })),
    ),
  ]
}

function routed(by: readonly Provider[]): Grant[] {
  return [
    ...by.flatMap((one) => one.kinds.map((kind) => grantOf(kind, one))),
    // Routes go before the Services that they lead to, so they are deleted and not left to others.
    ...by.flatMap(deletedBy).map((kind) => ({ resource: nameOf(kind), verbs: ['delete'] })),
  ]
}

/** What a folder says of its kinds. */
interface Registered {
  kinds: readonly ResourceKind[]
  found?: readonly ResourceKind[]
  onlyRead?: readonly ResourceKind[]
}

function grantOf(kind: ResourceKind, { found = [], onlyRead = [] }: Registered): Grant {
  const written = found.includes(kind) ? ['update'] : write
  return { resource: nameOf(kind), verbs: onlyRead.includes(kind) ? read : [...read, ...written] }
}

/** The kinds of which a provider deletes objects. */
export function deletedBy(of: Provider): readonly ResourceKind[] {
  const { kinds, keeps = [], onlyRead = [] } = of
  return kinds.filter((kind) => !keeps.includes(kind) && !onlyRead.includes(kind))
}

function nameOf({ apiVersion, plural }: ResourceKind): string {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : ''
  return `${group}/${plural}`
}

/** The rights of the controller, in its own order and no more than it uses. */
export function controllerRules(): PolicyRule[] {
  return rulesOf([...common(), ...routed(providers)])
}

/** Those that it needs whatever providers an installation has. */
export function commonRules(): PolicyRule[] {
  return rulesOf(common())
}

/** What one provider needs beside them. */
export function providerRules(of: Provider): PolicyRule[] {
  return rulesOf(routed([of]))
}

function common(): Grant[] {
  return [...fixed, ...released(), ...metricServices.flatMap(({ grants = [] }) => grants)]
}

/** What `kubectl canary` reads about a canary. */
export function viewRules(): PolicyRule[] {
  const resources = [
    // Not AlertProviders and MetricTemplates: it shows none, and their addresses are often secret.
    'flagger.app/canaries',
    ...['/pods', '/services', '/events', 'apps/replicasets'],
    // Not the content of what the pods read, which the controller copies.
    ...registered()
      .map(({ resource }) => resource)
      .filter((resource) => !isConfiguration(resource)),
  ]
  // Whether a controller lives, and nothing of other leases.
  const lease = { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get'] }
  return [
    ...rulesOf(resources.map((resource) => ({ resource, verbs: read }))),
    { ...lease, resourceNames: [electionLease] },
  ]
}

/** What `kubectl canary` changes: annotations of Canaries. */
export function operateRules(): PolicyRule[] {
  return rulesOf([{ resource: 'flagger.app/canaries', verbs: ['patch'] }])
}

/** Who writes Canaries and what they refer to: bound by an administrator, part of no other role. */
export function authorRules(): PolicyRule[] {
  const verbs = [...read, ...write, 'patch', 'delete']
  return rulesOf(
    ['canaries', 'metrictemplates', 'alertproviders'].map((plural) => ({
      resource: `flagger.app/${plural}`,
      verbs,
    })),
  )
}

const isConfiguration = (resource: string): boolean =>
  resource === '/configmaps' || resource === '/secrets'

function rulesOf(grants: readonly Grant[]): PolicyRule[] {
  const verbsOf = new Map<string, Set<string>>()
  for (const { resource, verbs } of grants) {
    const known = verbsOf.get(resource) ?? new Set()
    verbsOf.set(resource, new Set([...known, ...verbs]))
  }
  const rules = new Map<string, PolicyRule>()
  for (const [name, set] of [...verbsOf].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [group = '', ...resource] = name.split('/')
    const verbs = inOrder(set)
    const key = `${group} ${verbs.join()}`
    const rule = rules.get(key) ?? { apiGroups: [group], resources: [], verbs }
    rules.set(key, { ...rule, resources: [...rule.resources, resource.join('/')] })
  }
  return [...rules.values()]
}

/** The rights of a replica that stands for election, in its own namespace. */
export function electionRules(): PolicyRule[] {
  const { apiVersion, plural } = resourceKind({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
  })
  const [group = ''] = apiVersion.split('/')
  const of = { apiGroups: [group], resources: [plural] }
  return [
    { ...of, verbs: ['create'] },
    { ...of, resourceNames: [electionLease], verbs: ['get', 'update'] },
  ]
}

export const versionRule: PathRule = { nonResourceURLs: ['/version'], verbs: ['get'] }

const order = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete']

function inOrder(verbs: ReadonlySet<string>): string[] {
  return order.filter((verb) => verbs.has(verb))
}

const name = 'flagger'
const apiVersion = 'rbac.authorization.k8s.io/v1'
const head = '# Generated from the registries in src/ by `npm run generate`; not to be edited.\n'

function role(kind: 'Role' | 'ClusterRole', roleName: string, rules: unknown[]): string {
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind, name: roleName }
  // Kustomize adds the namespace of the account.
  const subjects = [{ kind: 'ServiceAccount', name }]
  const metadata = { name: roleName }
  const objects = [
    { apiVersion, kind, metadata, rules },
    { apiVersion, kind: `${kind}Binding`, metadata, roleRef, subjects },
  ]
  return objects.map(yaml).join('---\n')
}

/** A role whose rights everybody gets who has one of the roles that Kubernetes brings. */
function aggregated(roleName: string, into: 'view' | 'edit', rules: PolicyRule[]): string {
  const labels = { [`rbac.authorization.k8s.io/aggregate-to-${into}`]: 'true' }
  return clusterRole({ name: roleName, labels }, rules)
}

function clusterRole(metadata: object, rules: PolicyRule[]): string {
  return yaml({ apiVersion, kind: 'ClusterRole', metadata, rules })
}

/** Lists of names stay on one line, so that a rule can be read at a glance. */
export function yaml(object: unknown): string {
  const document = new Document(object, { aliasDuplicateObjects: false })
  visit(document, {
    Seq(_, list) {
      list.flow = list.items.every(isScalar)
    },
  })
  return document.toString({ flowCollectionPadding: false })
}

/**
 * The roles in `deploy/`: of the controller for a cluster or one namespace, of the election, and of
 * the people who use the plugin.
 */
export const rbac: Generator = async () => [
  {
    path: 'deploy/cluster/rbac.yaml',
    text: head + role('ClusterRole', name, [...controllerRules(), versionRule]),
  },
  {
    path: 'deploy/cluster/user-roles.yaml',
    text: [
      head + aggregated('canary-view', 'view', viewRules()),
      aggregated('canary-operate', 'edit', operateRules()),
      clusterRole({ name: 'canary-author' }, authorRules()),
    ].join('---\n'),
  },
  { path: 'deploy/namespaced/rbac.yaml', text: head + role('Role', name, controllerRules()) },
  {
    path: 'deploy/base/leader-election.yaml',
    text: head + role('Role', electionLease, electionRules()),
  },
]
