/** Role-based access control by the roles and bindings that the cluster holds. */
import type { Cluster } from './cluster.ts'
import { type Json, list, record, records } from './json.ts'
import type { ApiObject } from './resource.ts'
import type { User } from './users.ts'

/** What someone wants to do: with a resource, or at a path that is none. */
export interface Wish {
  verb: string
  group?: string
  plural?: string
  subresource?: string | undefined
  namespace?: string | undefined
  name?: string | undefined
  path?: string
}

const rbac = 'rbac.authorization.k8s.io'

/** True when a role that is bound to the user, or to a group of theirs, allows it. */
export function isAllowed(cluster: Cluster, user: User, wish: Wish): boolean {
  if (user.groups?.includes('system:masters')) return true
  return rulesOf(cluster, user, wish.namespace).some((rule) => permits(rule, wish))
}

/** The rules that hold for a user in a namespace; without one, those of the whole cluster. */
export function rulesOf({ storage }: Cluster, user: User, namespace: string | undefined): Json[] {
  const isBound = (binding: ApiObject) =>
    records(binding.subjects).some((subject) => isSubject(subject, user, binding))
  const wide = storage
    .list(`${rbac}/clusterrolebindings`)
    .filter(isBound)
    .flatMap((binding) => roleRules({ storage }, binding))
  if (namespace === undefined) return wide
  const narrow = storage
    .list(`${rbac}/rolebindings`)
    .filter(({ metadata }) => metadata.namespace === namespace)
    .filter(isBound)
    .flatMap((binding) => roleRules({ storage }, binding))
  return [...wide, ...narrow]
}

function isSubject({ kind, name, namespace }: Json, user: User, binding: ApiObject): boolean {
  if (kind === 'User') return name === user.name
  if (kind === 'Group') return user.groups?.includes(String(name)) ?? false
  const home = namespace ?? binding.metadata.namespace
  return user.name === `system:serviceaccount:${String(home)}:${String(name)}`
}

function roleRules({ storage }: Pick<Cluster, 'storage'>, binding: ApiObject): Json[] {
  const { kind, name } = record(binding.roleRef)
  const role =
    kind === 'Role'
      ? storage.get(`${rbac}/roles`, binding.metadata.namespace, String(name))
      : storage.get(`${rbac}/clusterroles`, undefined, String(name))
  return records(role?.rules)
}

function permits(rule: Json, wish: Wish): boolean {
  const has = (field: string, ...wanted: string[]) =>
    list(rule[field]).some((one) => one === '*' || wanted.includes(String(one)))
  if (!has('verbs', wish.verb)) return false
  const { path, plural = '', subresource, name } = wish
  if (path !== undefined) {
    const paths = list(rule.nonResourceURLs).map(String)
    return paths.some((one) =>
      one.endsWith('*') ? path.startsWith(one.slice(0, -1)) : one === path,
    )
  }
  const full = subresource ? `${plural}/${subresource}` : plural
  const names = list(rule.resourceNames)
  return (
    has('apiGroups', wish.group ?? '') &&
    has('resources', full, ...(subresource ? [`*/${subresource}`] : [])) &&
    (names.length === 0 || names.includes(name))
  )
}
