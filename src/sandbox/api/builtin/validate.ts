/** The rules of built-in kinds that people meet. */
import { type FieldError, invalidValue, required, unsupported } from '../api-error.ts'
import { validateCrd } from '../crd.ts'
import { at, isRecord, type Json, record, records, same } from '../json.ts'
import type { ApiObject, Resource } from '../resource.ts'
import { validateLabels } from '../writing/metadata.ts'
import { validatePodSpec } from './pod-rules.ts'
import { validateServicePorts } from './service-ports.ts'

type Rule = (object: Json, before?: Json) => FieldError[]

const rules: Record<string, Rule> = {
  '/services': (object, before) => service(record(object.spec), before && record(before.spec)),
  '/pods': (object) => validatePodSpec('spec', record(object.spec)),
  '/configmaps': content,
  '/secrets': content,
  'apps/deployments': workload,
  'apps/replicasets': workload,
  'apps/statefulsets': statefulSet,
  'apps/daemonsets': workload,
  'autoscaling/horizontalpodautoscalers': (object) => autoscaler(record(object.spec)),
  'networking.k8s.io/ingresses': (object) => ingress(record(object.spec)),
  'apiextensions.k8s.io/customresourcedefinitions': (object) => validateCrd(object),
}

/** Every rule that is broken, of kinds that have rules here; a create has no `before`. */
export function validateBuiltin(
  { group, plural }: Resource,
  object: ApiObject,
  before?: ApiObject,
): FieldError[] {
  return rules[`${group}/${plural}`]?.(object, before) ?? []
}

const immutable = (field: string, value: unknown) =>
  invalidValue(field, value, 'field is immutable')

function workload(object: Json, before?: Json): FieldError[] {
  const spec = record(object.spec)
  const errors: FieldError[] = []
  const { replicas } = spec
  if (replicas !== undefined && (!Number.isInteger(replicas) || Number(replicas) < 0))
    errors.push(invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'))
  if (!isRecord(spec.selector)) errors.push(required('spec.selector'))
  else if (before && !same(at(before, 'spec', 'selector'), spec.selector))
    errors.push(immutable('spec.selector', spec.selector))
  const template = record(spec.template)
  const labels = at(template, 'metadata', 'labels')
  errors.push(...validateLabels('spec.template.metadata.labels', labels))
  if (isRecord(spec.selector) && !isSelected(spec.selector, record(labels)))
    errors.push(
      invalidValue(
        'spec.template.metadata.labels',
        record(labels),
        '`selector` does not match template `labels`',
      ),
    )
  return [...errors, ...validatePodSpec('spec.template.spec', record(template.spec))]
}

const changeable = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
]

function statefulSet(object: Json, before?: Json): FieldError[] {
  const errors = workload(object, before)
  const [now, then] = [record(object.spec), record(before?.spec)]
  const fields = [...Object.keys(now), ...Object.keys(then)]
  const isFixed = (field: string) => field !== 'selector' && !changeable.includes(field)
  if (!before || fields.every((field) => !isFixed(field) || same(now[field], then[field])))
    return errors
  const allowed = changeable.map((field) => `'${field}'`)
  const most = `${allowed.slice(0, -1).join(', ')} and ${allowed.at(-1)}`
  const why = `updates to statefulset spec for fields other than ${most} are forbidden`
  return [...errors, { field: 'spec', reason: 'FieldValueForbidden', message: `Forbidden: ${why}` }]
}

function isSelected(selector: Json, labels: Json): boolean {
  const wanted = Object.entries(record(selector.matchLabels))
  const expressions = records(selector.matchExpressions)
  if (wanted.length === 0 && expressions.length === 0) return false
  return (
    wanted.every(([key, value]) => labels[key] === value) &&
    expressions.every((expression) => holds(expression, labels))
  )
}

function holds({ key, operator, values }: Json, labels: Json): boolean {
  const value = labels[String(key)]
  const isListed = Array.isArray(values) && values.includes(value)
  switch (operator) {
    case 'In':
      return isListed
    case 'NotIn':
      return !isListed
    case 'Exists':
      return value !== undefined
    default:
      return value === undefined
  }
}

const serviceTypes = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']

function service(spec: Json, before?: Json): FieldError[] {
  const errors: FieldError[] = []
  const ports = records(spec.ports)
  const isHeadless = spec.clusterIP === 'None'
  if (!serviceTypes.includes(String(spec.type)))
    errors.push(unsupported('spec.type', spec.type, serviceTypes))
  if (ports.length === 0 && spec.type !== 'ExternalName' && !isHeadless)
    errors.push(required('spec.ports'))
  errors.push(...validateServicePorts(ports))
  errors.push(...validateLabels('spec.selector', spec.selector))
  const wasFixed = before?.clusterIP && before.type !== 'ExternalName'
  if (wasFixed && spec.type !== 'ExternalName' && before.clusterIP !== spec.clusterIP)
    errors.push(invalidValue('spec.clusterIPs[0]', [spec.clusterIP], 'may not change once set'))
  return errors
}

const keyRule =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"

function content(object: Json, before?: Json): FieldError[] {
  const keys = ['data', 'binaryData'].flatMap((field) =>
    Object.keys(record(object[field]))
      .filter((key) => !/^[-._a-zA-Z0-9]+$/.test(key))
      .map((key) => invalidValue(`${field}[${key}]`, key, keyRule)),
  )
  return [...keys, ...changesOfImmutable(object, before)]
}

function changesOfImmutable(object: Json, before?: Json): FieldError[] {
  if (before?.immutable !== true) return []
  const why = 'field is immutable when `immutable` is set'
  const forbidden = (field: string) => ({
    field,
    reason: 'FieldValueForbidden',
    message: `Forbidden: ${why}`,
  })
  return ['data', 'binaryData', 'immutable']
    .filter((field) => !same(before[field], object[field]))
    .map(forbidden)
}

function autoscaler(spec: Json): FieldError[] {
  const errors: FieldError[] = []
  const { minReplicas, maxReplicas } = spec
  if (!Number.isInteger(maxReplicas) || Number(maxReplicas) < 1)
    errors.push(invalidValue('spec.maxReplicas', maxReplicas ?? 0, 'must be greater than 0'))
  else if (Number(minReplicas) > Number(maxReplicas))
    errors.push(
      invalidValue(
        'spec.maxReplicas',
        maxReplicas,
        'must be greater than or equal to `minReplicas`',
      ),
    )
  if (Number(minReplicas) < 1)
    errors.push(invalidValue('spec.minReplicas', minReplicas, 'must be greater than or equal to 1'))
  for (const field of ['kind', 'name'])
    if (!record(spec.scaleTargetRef)[field]) errors.push(required(`spec.scaleTargetRef.${field}`))
  return errors
}

const pathTypes = ['Exact', 'ImplementationSpecific', 'Prefix']

function ingress(spec: Json): FieldError[] {
  const rules = records(spec.rules)
  const errors: FieldError[] = []
  if (rules.length === 0 && !isRecord(spec.defaultBackend)) {
    const why = 'either `defaultBackend` or `rules` must be specified'
    errors.push(invalidValue('spec', spec, why))
  }
  rules.forEach((rule, ruleIndex) => {
    records(at(rule, 'http', 'paths')).forEach((path, index) => {
      const field = `spec.rules[${ruleIndex}].http.paths[${index}]`
      errors.push(...ingressPath(field, path))
    })
  })
  return errors
}

function ingressPath(field: string, { path, pathType, backend }: Json): FieldError[] {
  const errors: FieldError[] = []
  if (!pathType) errors.push(required(`${field}.pathType`, 'pathType must be specified'))
  else if (!pathTypes.includes(String(pathType)))
    errors.push(unsupported(`${field}.pathType`, pathType, pathTypes))
  if (typeof path === 'string' && path !== '' && !path.startsWith('/'))
    errors.push(invalidValue(`${field}.path`, path, 'must be an absolute path'))
  const { service, resource } = record(backend)
  if (!isRecord(service) && !isRecord(resource)) errors.push(required(`${field}.backend`))
  if (isRecord(service) && !service.name) errors.push(required(`${field}.backend.service.name`))
  return errors
}
