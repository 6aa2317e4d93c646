/** Discovery: which groups, versions and resources the server has. */
import type { Json } from '../json.ts'
import { apiVersionOf, type Resource } from '../resource.ts'

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const subresourceVerbs = ['get', 'patch', 'update']

/** The answer of `/version`. */
export const version = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.3',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'none',
  compiler: 'none',
  platform: 'linux/amd64',
}

/** The document of a discovery path; undefined when the path is none. */
export function discovery(
  path: string,
  resources: Resource[],
  aggregated: boolean,
): Json | undefined {
  if (path === '/version') return version
  if (path === '/api') {
    if (aggregated) return aggregate(resources.filter(({ group }) => group === ''))
    return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] }
  }
  if (path === '/apis') {
    const grouped = resources.filter(({ group }) => group !== '')
    return aggregated ? aggregate(grouped) : groupList(grouped)
  }
  const [, root, ...rest] = path.split('/')
  const wanted = root === 'apis' ? rest.join('/') : root === 'api' ? rest.join('/') : undefined
  if (!wanted) return undefined
  const inVersion = resources.filter((one) => apiVersionOf(one) === wanted)
  const isCore = inVersion[0]?.group === ''
  if (inVersion.length > 0 && isCore === (root === 'api')) return resourceList(wanted, inVersion)
  const inGroup = resources.filter(({ group }) => group === wanted && root === 'apis')
  return inGroup.length > 0
    ? { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(inGroup) }
    : undefined
}

/** The resources of each group, in order of appearance. */
function groups(resources: Resource[]): Resource[][] {
  return [...Map.groupBy(resources, ({ group }) => group).values()]
}

function versionsOf(resources: Resource[]): string[] {
  return [...new Set(resources.map(({ version }) => version))].toSorted(byMaturity)
}

/** v1 before v1beta2 before v1beta1 before v1alpha1, as the server orders versions. */
export function byMaturity(a: string, b: string): number {
  const rank = (version: string): number[] => {
    const [, major = '0', stage = '', minor = '0'] =
      /^v(\d+)(alpha|beta)?(\d+)?$/.exec(version) ?? []
    return [{ '': 2, beta: 1, alpha: 0 }[stage] ?? -1, Number(major), Number(minor)]
  }
  const [left, right] = [rank(a), rank(b)]
  const index = left.findIndex((part, at) => part !== right[at])
  return index < 0 ? 0 : (right[index] ?? 0) - (left[index] ?? 0)
}

function groupOf(resources: Resource[]): Json {
  const group = resources[0]?.group ?? ''
  const versions = versionsOf(resources).map((version) => ({
    groupVersion: apiVersionOf({ group, version }),
    version,
  }))
  return { name: group, versions, preferredVersion: versions[0] }
}

function groupList(resources: Resource[]): Json {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups(resources).map(groupOf) }
}

function resourceList(groupVersion: string, resources: Resource[]): Json {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: resources.flatMap((one) => [
      {
        name: one.plural,
        singularName: one.singular,
        namespaced: one.namespaced,
        kind: one.kind,
        verbs: one.review ? ['create'] : verbs,
        ...(one.shortNames.length > 0 && { shortNames: one.shortNames }),
        ...(one.categories.length > 0 && { categories: one.categories }),
      },
      ...subresources(one).map(({ name, kind, ...rest }) => ({
        name: `${one.plural}/${name}`,
        singularName: '',
        namespaced: one.namespaced,
        kind,
        ...rest,
        verbs: subresourceVerbs,
      })),
    ]),
  }
}

function subresources(
  one: Resource,
): { name: string; kind: string; group?: string; version?: string }[] {
  return [
    ...(one.hasStatus ? [{ name: 'status', kind: one.kind }] : []),
    ...(one.scale ? [{ name: 'scale', kind: 'Scale', group: 'autoscaling', version: 'v1' }] : []),
  ]
}

function aggregate(resources: Resource[]): Json {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups(resources).map((group) => ({
      metadata: { name: group[0]?.group ?? '', creationTimestamp: null },
      versions: versionsOf(group).map((version) => ({
        version,
        freshness: 'Current',
        resources: group.filter((one) => one.version === version).map(aggregatedResource),
      })),
    })),
  }
}

function aggregatedResource(one: Resource): Json {
  const { group, version, kind } = one
  return {
    resource: one.plural,
    responseKind: { group, version, kind },
    scope: one.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: one.singular,
    verbs: one.review ? ['create'] : verbs,
    ...(one.shortNames.length > 0 && { shortNames: one.shortNames }),
    ...(one.categories.length > 0 && { categories: one.categories }),
    subresources: subresources(one).map((below) => ({
      subresource: below.name,
      responseKind: {
        group: below.group ?? group,
        version: below.version ?? version,
        kind: below.kind,
      },
      verbs: subresourceVerbs,
    })),
  }
}
