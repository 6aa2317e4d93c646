/** The columns of built-in kinds, between the name and the age. */
import { at, isRecord, type Json, list, record, records } from '../json.ts'
import type { ApiObject, TableColumn } from '../resource.ts'
import { selectorText } from '../selectors.ts'
import { age } from './age.ts'
import { podColumns } from './pod-columns.ts'

type Cell = TableColumn['cell']

const text = (name: string, cell: Cell, priority = 0): TableColumn => ({
  name,
  type: 'string',
  cell,
  priority,
})
const count = (name: string, ...path: string[]): TableColumn => ({
  name,
  type: 'integer',
  cell: (object) => Number(at(object, ...path) ?? 0),
})
const path = (name: string, ...steps: string[]): TableColumn =>
  text(name, (object) => String(at(object, ...steps) ?? '<none>'))

const template = ['spec', 'template', 'spec', 'containers']
const workloadColumns: TableColumn[] = [
  text('Containers', (object) => containerList(object, 'name'), 1),
  text('Images', (object) => containerList(object, 'image'), 1),
  text('Selector', (object) => selectorText(at(object, 'spec', 'selector')), 1),
]

function containerList(object: ApiObject, field: string): string {
  return records(at(object, ...template))
    .map((container) => container[field])
    .join(',')
}

function dataSize(object: ApiObject): number {
  return Object.keys(record(object.data)).length + Object.keys(record(object.binaryData)).length
}

function servicePorts(object: ApiObject): string {
  const ports = records(at(object, 'spec', 'ports')).map(({ port, nodePort, protocol }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  )
  return ports.join(',') || '<none>'
}

function loadBalancer(object: ApiObject): string[] {
  return records(at(object, 'status', 'loadBalancer', 'ingress')).map(({ ip, hostname }) =>
    String(ip ?? hostname ?? ''),
  )
}

function externalAddress(object: ApiObject): string {
  const spec = record(object.spec)
  if (spec.type === 'ExternalName') return String(spec.externalName ?? '')
  const given = [...list(spec.externalIPs).map(String), ...loadBalancer(object)]
  return given.join(',') || (spec.type === 'LoadBalancer' ? '<pending>' : '<none>')
}

function eventTime(object: ApiObject): unknown {
  const series = at(object, 'series', 'lastObservedTime')
  return series ?? object.lastTimestamp ?? object.eventTime ?? object.metadata.creationTimestamp
}

function nodeStatus(object: ApiObject): string {
  const conditions = records(at(object, 'status', 'conditions'))
  const ready = conditions.find(({ type }) => type === 'Ready')
  const state = ready ? (ready.status === 'True' ? 'Ready' : 'NotReady') : 'Unknown'
  return at(object, 'spec', 'unschedulable') === true ? `${state},SchedulingDisabled` : state
}

function nodeRoles({ metadata }: ApiObject): string {
  const prefix = 'node-role.kubernetes.io/'
  const labels = Object.keys(metadata.labels ?? {}).filter((key) => key.startsWith(prefix))
  return labels.map((key) => key.slice(prefix.length)).join(',') || '<none>'
}

function ingressHosts(object: ApiObject): string {
  const hosts = records(at(object, 'spec', 'rules')).map(({ host }) => host)
  return hosts.filter((host) => host).join(',') || '*'
}

function scalerTargets(object: ApiObject): string {
  const current = records(at(object, 'status', 'currentMetrics'))
  const parts = records(at(object, 'spec', 'metrics')).map((metric, index) => {
    const type = String(metric.type ?? '')
    const source = type.charAt(0).toLowerCase() + type.slice(1)
    const target = amount(at(metric, source, 'target'))
    const seen = amount(at(current[index], source, 'current'))
    const name = at(metric, source, 'name')
    return `${name ? `${String(name)}: ` : ''}${seen}/${target}`
  })
  return parts.join(', ') || '<none>'
}

function amount(given: unknown): string {
  if (!isRecord(given)) return '<unknown>'
  const { averageUtilization, averageValue, value } = given as Json
  if (averageUtilization !== undefined) return `${String(averageUtilization)}%`
  return String(averageValue ?? value ?? '<unknown>')
}

function scaleTarget(object: ApiObject): string {
  const { kind, name } = record(at(object, 'spec', 'scaleTargetRef'))
  return `${String(kind)}/${String(name)}`
}

function endpointAddresses(object: ApiObject): string {
  const addresses = records(object.endpoints).flatMap((one) => list(one.addresses).map(String))
  return shortened(addresses)
}

function subsetAddresses(object: ApiObject): string {
  const found = records(object.subsets).flatMap((subset) =>
    records(subset.addresses).flatMap(({ ip }) =>
      records(subset.ports).map(({ port }) => `${String(ip)}:${String(port)}`),
    ),
  )
  return shortened(found)
}

function shortened(items: string[]): string {
  if (items.length === 0) return '<none>'
  const more = items.length > 3 ? ` + ${items.length - 3} more...` : ''
  return items.slice(0, 3).join(',') + more
}

function readyOf(object: ApiObject): string {
  const wanted = at(object, 'spec', 'replicas') ?? 1
  return `${Number(at(object, 'status', 'readyReplicas') ?? 0)}/${Number(wanted)}`
}

function roleOf(object: ApiObject): string {
  const { kind, name } = record(object.roleRef)
  return `${String(kind)}/${String(name)}`
}

const created = text('Created At', ({ metadata }) => metadata.creationTimestamp ?? '')

/** Tables that say in their own way how old an object is, or what it is called. */
export const withoutAge = new Set([
  '/events',
  '/nodes',
  'rbac.authorization.k8s.io/roles',
  'rbac.authorization.k8s.io/clusterroles',
  'apiextensions.k8s.io/customresourcedefinitions',
])
export const withoutName = new Set(['/events'])

export const builtinTables: Record<string, TableColumn[]> = {
  '/pods': podColumns,
  '/namespaces': [path('Status', 'status', 'phase')],
  '/configmaps': [{ name: 'Data', type: 'integer', cell: dataSize }],
  '/secrets': [path('Type', 'type'), { name: 'Data', type: 'integer', cell: dataSize }],
  '/services': [
    path('Type', 'spec', 'type'),
    path('Cluster-IP', 'spec', 'clusterIP'),
    text('External-IP', externalAddress),
    text('Port(s)', servicePorts),
    text('Selector', (object) => selectorText(at(object, 'spec', 'selector')) || '<none>', 1),
  ],
  '/endpoints': [text('Endpoints', subsetAddresses)],
  '/serviceaccounts': [
    { name: 'Secrets', type: 'string', cell: (object) => list(object.secrets).length },
  ],
  '/nodes': [
    text('Status', nodeStatus),
    text('Roles', nodeRoles),
    text('Age', ({ metadata }, now) => age(metadata.creationTimestamp, now)),
    path('Version', 'status', 'nodeInfo', 'kubeletVersion'),
  ],
  '/events': [
    text('Last Seen', (object, now) => age(eventTime(object), now)),
    path('Type', 'type'),
    path('Reason', 'reason'),
    text('Object', (object) => {
      const { kind, name } = record(object.involvedObject)
      return `${String(kind ?? '').toLowerCase()}/${String(name ?? '')}`
    }),
    text('Message', (object) => String(object.message ?? '').trim()),
    { name: 'Count', type: 'integer', priority: 1, cell: (object) => Number(object.count ?? 1) },
    text('Name', ({ metadata }) => metadata.name, 1),
  ],
  'apps/deployments': [
    text('Ready', readyOf),
    count('Up-to-date', 'status', 'updatedReplicas'),
    count('Available', 'status', 'availableReplicas'),
    ...workloadColumns,
  ],
  'apps/replicasets': [
    count('Desired', 'spec', 'replicas'),
    count('Current', 'status', 'replicas'),
    count('Ready', 'status', 'readyReplicas'),
    ...workloadColumns,
  ],
  'apps/daemonsets': [
    count('Desired', 'status', 'desiredNumberScheduled'),
    count('Current', 'status', 'currentNumberScheduled'),
    count('Ready', 'status', 'numberReady'),
    count('Up-to-date', 'status', 'updatedNumberScheduled'),
    count('Available', 'status', 'numberAvailable'),
    text('Node Selector', (object) => {
      const selector = at(object, 'spec', 'template', 'spec', 'nodeSelector')
      return selectorText(selector) || '<none>'
    }),
    ...workloadColumns,
  ],
  'apps/statefulsets': [text('Ready', readyOf)],
  'autoscaling/horizontalpodautoscalers': [
    text('Reference', scaleTarget),
    text('Targets', scalerTargets),
    path('MinPods', 'spec', 'minReplicas'),
    count('MaxPods', 'spec', 'maxReplicas'),
    count('Replicas', 'status', 'currentReplicas'),
  ],
  'networking.k8s.io/ingresses': [
    path('Class', 'spec', 'ingressClassName'),
    text('Hosts', ingressHosts),
    text('Address', (object) => loadBalancer(object).join(',')),
    text('Ports', (object) => (list(at(object, 'spec', 'tls')).length > 0 ? '80, 443' : '80')),
  ],
  'networking.k8s.io/ingressclasses': [path('Controller', 'spec', 'controller')],
  'coordination.k8s.io/leases': [path('Holder', 'spec', 'holderIdentity')],
  'discovery.k8s.io/endpointslices': [
    path('AddressType', 'addressType'),
    text('Ports', (object) => shortened(records(object.ports).map(({ port }) => String(port)))),
    text('Endpoints', endpointAddresses),
  ],
  'rbac.authorization.k8s.io/rolebindings': [text('Role', roleOf)],
  'rbac.authorization.k8s.io/clusterrolebindings': [text('Role', roleOf)],
  'rbac.authorization.k8s.io/roles': [created],
  'rbac.authorization.k8s.io/clusterroles': [created],
  'apiextensions.k8s.io/customresourcedefinitions': [created],
  'policy/poddisruptionbudgets': [
    text('Min Available', (object) => String(at(object, 'spec', 'minAvailable') ?? 'N/A')),
    text('Max Unavailable', (object) => String(at(object, 'spec', 'maxUnavailable') ?? 'N/A')),
    count('Allowed Disruptions', 'status', 'disruptionsAllowed'),
  ],
}
