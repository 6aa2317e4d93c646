/** Names, labels and annotations: what the server accepts. */
import { badRequest, type FieldError, invalidValue, required } from '../api-error.ts'
import { isRecord, type Json } from '../json.ts'
import type { ApiMetadata, ApiObject, Resource } from '../resource.ts'

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const label1123 = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const labelValue = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/
const qualifiedName = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/

const subdomainRule =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const labelRule =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const labelValueRule =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
const keyRule =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

const forms: Record<string, (value: unknown) => boolean> = {
  name: isText,
  namespace: isText,
  generateName: isText,
  uid: isText,
  resourceVersion: isText,
  labels: isRecord,
  annotations: isRecord,
  ownerReferences: (value) => Array.isArray(value) && value.every(isRecord),
  finalizers: (value) => Array.isArray(value) && value.every(isText),
  managedFields: (value) => Array.isArray(value) && value.every(isRecord),
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

/**
 * Metadata without its nulls, and without empty maps and lists, which the API server does not
 * store; throws 400 for a field of another type than it must have.
 */
export function readMetadata(metadata: Json): ApiMetadata {
  const given = Object.entries(metadata).filter(([, value]) => !isEmpty(value))
  const wrong = given.find(([key, value]) => forms[key]?.(value) === false)
  if (wrong)
    throw badRequest(`metadata.${wrong[0]} is of the wrong type: ${JSON.stringify(wrong[1])}`)
  // The name is looked at later: a patch or a generated name may leave it out here.
  return Object.fromEntries(given) as ApiMetadata
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0)
}

/** Every rule that is broken by name, labels, annotations and owner references. */
export function validateMetadata(resource: Resource, object: ApiObject): FieldError[] {
  const { metadata } = object
  return [
    ...validateName(resource, metadata.name),
    ...validateLabels('metadata.labels', metadata.labels),
    ...validateAnnotations(metadata.annotations),
    ...validateOwners(object),
  ]
}

function validateName(resource: Resource, name: string): FieldError[] {
  const field = 'metadata.name'
  if (!name) return [required(field, 'name or generateName is required')]
  if (resource.group === 'rbac.authorization.k8s.io')
    return /[/%]/.test(name) ? [invalidValue(field, name, "may not contain '/' or '%'")] : []
  const isCore = resource.group === ''
  if (isCore && dnsLabels.includes(resource.plural)) return validateDnsLabel(field, name)
  if (name.length > 253) return [invalidValue(field, name, 'must be no more than 253 characters')]
  return subdomain.test(name) ? [] : [invalidValue(field, name, subdomainRule)]
}

/** Core kinds that DNS knows by their names; Services may begin with a digit since 1.36. */
const dnsLabels = ['services', 'namespaces']

/** A name that is one label of DNS. */
export function validateDnsLabel(field: string, name: string): FieldError[] {
  const tooLong = name.length > 63 ? ['must be no more than 63 characters'] : []
  const rule = subdomain.test(name) ? 'must not contain dots' : labelRule
  const malformed = label1123.test(name) ? [] : [rule]
  return [...tooLong, ...malformed].map((why) => invalidValue(field, name, why))
}

/** Label keys and values by the rules of Kubernetes. */
export function validateLabels(field: string, labels: unknown): FieldError[] {
  if (labels === undefined) return []
  if (!isRecord(labels)) return [invalidValue(field, labels, 'must be a map of strings')]
  return Object.entries(labels).flatMap(([key, value]) => {
    if (!isQualified(key)) return [invalidValue(field, key, keyRule)]
    if (typeof value !== 'string') return [invalidValue(field, value, 'must be a string')]
    if (value.length > 63) return [invalidValue(field, value, 'must be no more than 63 bytes')]
    return labelValue.test(value) ? [] : [invalidValue(field, value, labelValueRule)]
  })
}

function validateAnnotations(annotations: unknown): FieldError[] {
  const field = 'metadata.annotations'
  if (annotations === undefined) return []
  if (!isRecord(annotations)) return [invalidValue(field, annotations, 'must be a map of strings')]
  return Object.entries(annotations).flatMap(([key, value]) => {
    if (!isQualified(key.toLowerCase())) return [invalidValue(field, key, keyRule)]
    return typeof value === 'string' ? [] : [invalidValue(field, value, 'must be a string')]
  })
}

/** A name with an optional prefix, such as the key of a label. */
export function validateQualifiedName(field: string, name: string): FieldError[] {
  return isQualified(name) ? [] : [invalidValue(field, name, keyRule)]
}

function isQualified(key: string): boolean {
  const [first = '', second, ...more] = key.split('/')
  if (more.length > 0) return false
  if (second === undefined) return first.length <= 63 && qualifiedName.test(first)
  return (
    first.length <= 253 &&
    subdomain.test(first) &&
    second.length <= 63 &&
    qualifiedName.test(second)
  )
}

function validateOwners({ metadata }: ApiObject): FieldError[] {
  const owners = metadata.ownerReferences ?? []
  const errors = owners.flatMap((owner, index) => {
    const fields = ['apiVersion', 'kind', 'name', 'uid'] as const
    const missing = fields.filter((field) => !owner[field])
    return missing.map((field) => {
      const at = `metadata.ownerReferences[${index}].${field}`
      return invalidValue(at, owner[field] ?? '', 'must not be empty')
    })
  })
  if (owners.filter(({ controller }) => controller === true).length > 1)
    errors.push(
      invalidValue(
        'metadata.ownerReferences',
        owners,
        'Only one reference can have Controller set to true',
      ),
    )
  return errors
}
