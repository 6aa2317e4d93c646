/** The defaults that the server fills in for built-in kinds. */
import { isRecord, type Json, record, records } from '../json.ts'
import type { ApiObject, Resource } from '../resource.ts'
import { defaultPodSpec, defaultTemplate } from './pod-defaults.ts'

const defaulters: Record<string, (object: Json) => Json> = {
  '/services': (object) => ({ ...object, spec: service(record(object.spec)) }),
  '/pods': (object) => ({ ...object, spec: defaultPodSpec(record(object.spec), true) }),
  '/secrets': secret,
  'apps/deployments': (object) => ({ ...object, spec: deployment(record(object.spec)) }),
  'apps/replicasets': (object) => ({ ...object, spec: replicas(record(object.spec)) }),
  'apps/statefulsets': (object) => ({ ...object, spec: statefulSet(record(object.spec)) }),
  'apps/daemonsets': (object) => ({ ...object, spec: daemonSet(record(object.spec)) }),
  'autoscaling/horizontalpodautoscalers': (object) => ({
    ...object,
    spec: autoscaler(record(object.spec)),
  }),
  'rbac.authorization.k8s.io/rolebindings': binding,
  'rbac.authorization.k8s.io/clusterrolebindings': binding,
}

/** The object with its defaults; a kind without any comes back as it is. */
export function defaultBuiltin(resource: Resource, object: ApiObject): ApiObject {
  if (resource.plural === 'customresourcedefinitions') return defaultCrd(object) as ApiObject
  const defaults = defaulters[`${resource.group}/${resource.plural}`]
  return defaults ? (defaults(object) as ApiObject) : object
}

function defaultCrd(crd: Json): Json {
  const spec = record(crd.spec)
  const names = record(spec.names)
  const kind = String(names.kind ?? '')
  return {
    ...crd,
    spec: {
      ...spec,
      conversion: spec.conversion ?? { strategy: 'None' },
      names: { listKind: `${kind}List`, singular: kind.toLowerCase(), ...names },
    },
  }
}

function service(spec: Json): Json {
  const type = spec.type ?? 'ClusterIP'
  const withPorts =
    spec.ports === undefined ? spec : { ...spec, ports: records(spec.ports).map(servicePort) }
  const common = { sessionAffinity: 'None', ...withPorts, type }
  if (type === 'ExternalName') return common
  const isExternal = type === 'NodePort' || type === 'LoadBalancer'
  return {
    internalTrafficPolicy: 'Cluster',
    ...(isExternal && { externalTrafficPolicy: 'Cluster' }),
    ...(type === 'LoadBalancer' && { allocateLoadBalancerNodePorts: true }),
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    ...common,
    ...(spec.sessionAffinity === 'ClientIP' && {
      sessionAffinityConfig: spec.sessionAffinityConfig ?? { clientIP: { timeoutSeconds: 10_800 } },
    }),
  }
}

function servicePort(port: Json): Json {
  const isGiven = port.targetPort !== undefined && port.targetPort !== 0 && port.targetPort !== ''
  return { protocol: 'TCP', ...port, targetPort: isGiven ? port.targetPort : port.port }
}

function secret(object: Json): Json {
  const { stringData, ...rest } = object
  const written = Object.entries(record(stringData)).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString('base64'),
  ])
  const data = { ...record(rest.data), ...Object.fromEntries(written) }
  return {
    ...rest,
    ...((rest.data !== undefined || stringData !== undefined) && { data }),
    type: rest.type || 'Opaque',
  }
}

function replicas(spec: Json): Json {
  return { ...spec, replicas: spec.replicas ?? 1, template: defaultTemplate(spec.template) }
}

function deployment(spec: Json): Json {
  return {
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    ...replicas(spec),
    strategy: strategy(spec.strategy, { maxSurge: '25%', maxUnavailable: '25%' }),
  }
}

function daemonSet(spec: Json): Json {
  return {
    revisionHistoryLimit: 10,
    ...spec,
    template: defaultTemplate(spec.template),
    updateStrategy: strategy(spec.updateStrategy, { maxSurge: 0, maxUnavailable: 1 }),
  }
}

function statefulSet(spec: Json): Json {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } = record(
    spec.persistentVolumeClaimRetentionPolicy,
  )
  const templates = spec.volumeClaimTemplates
  return {
    podManagementPolicy: 'OrderedReady',
    revisionHistoryLimit: 10,
    ...replicas(spec),
    persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled },
    updateStrategy: strategy(spec.updateStrategy, { partition: 0 }),
    ...(templates !== undefined && { volumeClaimTemplates: records(templates).map(claim) }),
  }
}

function claim(given: Json): Json {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    ...given,
    spec: { volumeMode: 'Filesystem', ...record(given.spec) },
    status: { phase: 'Pending', ...record(given.status) },
  }
}

function strategy(given: unknown, limits: Json): Json {
  const { type = 'RollingUpdate', rollingUpdate, ...rest } = record(given)
  if (type !== 'RollingUpdate')
    return { ...rest, type, ...(isRecord(rollingUpdate) && { rollingUpdate }) }
  return { ...rest, type, rollingUpdate: { ...limits, ...record(rollingUpdate) } }
}

const cpu = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
}

function autoscaler(spec: Json): Json {
  const behavior = isRecord(spec.behavior) ? { behavior: scaling(spec.behavior) } : {}
  return {
    ...spec,
    minReplicas: spec.minReplicas ?? 1,
    metrics: spec.metrics ?? [cpu],
    ...behavior,
  }
}

function scaling(behavior: Json): Json {
  const percent = { type: 'Percent', value: 100, periodSeconds: 15 }
  const pods = { type: 'Pods', value: 4, periodSeconds: 15 }
  return {
    ...behavior,
    scaleUp: {
      stabilizationWindowSeconds: 0,
      selectPolicy: 'Max',
      policies: [pods, percent],
      ...record(behavior.scaleUp),
    },
    scaleDown: { selectPolicy: 'Max', policies: [percent], ...record(behavior.scaleDown) },
  }
}

function binding(object: Json): Json {
  if (object.subjects === undefined) return object
  const subjects = records(object.subjects).map((subject) => {
    if (subject.kind === 'ServiceAccount') return subject
    return { apiGroup: 'rbac.authorization.k8s.io', ...subject }
  })
  return { ...object, subjects }
}
