/** CustomResourceDefinitions: the resources they declare, their defaults, status and rules. */
import { type FieldError, invalidValue, required, unsupported } from './api-error.ts'
import { at, isRecord, type Json, list, record, records, text } from './json.ts'
import type { ApiObject, Column, Resource, ScalePaths } from './resource.ts'

/** One resource for each served version of a CRD. */
export function resourcesOf(crd: ApiObject): Resource[] {
  const spec = record(crd.spec)
  const names = record(spec.names)
  return records(spec.versions)
    .filter(({ served }) => served === true)
    .map((version) => resourceOf(spec, names, version))
}

function resourceOf(spec: Json, names: Json, version: Json): Resource {
  const kind = text(names.kind) ?? ''
  const subresources = record(version.subresources)
  const scale = scalePaths(subresources.scale)
  const hasStatus = isRecord(subresources.status)
  const schema = at(version, 'schema', 'openAPIV3Schema')
  return {
    group: text(spec.group) ?? '',
    version: text(version.name) ?? '',
    kind,
    listKind: text(names.listKind) ?? `${kind}List`,
    plural: text(names.plural) ?? '',
    singular: text(names.singular) ?? kind.toLowerCase(),
    shortNames: list(names.shortNames).map(String),
    categories: list(names.categories).map(String),
    namespaced: spec.scope === 'Namespaced',
    hasStatus,
    ...(scale && { scale }),
    generation: 'content',
    unconditionalUpdate: false,
    custom: {
      schema: isRecord(schema) ? schema : undefined,
      columns: records(version.additionalPrinterColumns).map(columnOf),
      storage: version.storage === true,
    },
  }
}

function scalePaths(scale: unknown): ScalePaths | undefined {
  if (!isRecord(scale)) return undefined
  const path = (field: string) => (text(scale[field]) ?? '').split('.').slice(1)
  const selector = path('labelSelectorPath')
  return {
    specReplicas: path('specReplicasPath'),
    statusReplicas: path('statusReplicasPath'),
    ...(selector.length > 0 && { selector }),
  }
}

function columnOf(column: Json): Column {
  const format = text(column.format)
  return {
    name: text(column.name) ?? '',
    type: text(column.type) ?? 'string',
    ...(format && { format }),
    description: text(column.description) ?? '',
    priority: Number(column.priority ?? 0),
    jsonPath: text(column.jsonPath) ?? '',
  }
}

/** The status that the server itself gives a CRD: names accepted, established. */
export function establish(crd: Json, now: string): Json {
  const spec = record(crd.spec)
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    lastTransitionTime: now,
    reason,
    message,
  })
  const known = records(at(crd, 'status', 'conditions'))
  const stored = records(spec.versions).filter(({ storage }) => storage === true)
  return {
    ...crd,
    status: {
      conditions:
        known.length > 0
          ? known
          : [
              condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
              condition(
                'Established',
                'InitialNamesAccepted',
                'the initial names have been accepted',
              ),
            ],
      acceptedNames: spec.names,
      storedVersions: stored.map(({ name }) => name),
    },
  }
}

/**
 * Missing names, a name of the object that does not follow from them, versions without a schema,
 * and any number of storage versions but one.
 */
export function validateCrd(crd: Json): FieldError[] {
  const spec = record(crd.spec)
  const names = record(spec.names)
  const errors: FieldError[] = []
  for (const field of ['group', 'scope'])
    if (!text(spec[field])) errors.push(required(`spec.${field}`))
  for (const field of ['plural', 'kind'])
    if (!text(names[field])) errors.push(required(`spec.names.${field}`))
  if (spec.scope && !['Cluster', 'Namespaced'].includes(String(spec.scope)))
    errors.push(unsupported('spec.scope', spec.scope, ['Cluster', 'Namespaced']))
  const name = at(crd, 'metadata', 'name')
  const wanted = `${names.plural}.${spec.group}`
  if (name !== wanted)
    errors.push(invalidValue('metadata.name', name, 'must be spec.names.plural+"."+spec.group'))
  const versions = records(spec.versions)
  if (versions.filter(({ storage }) => storage === true).length !== 1) {
    const why = 'must have exactly one version marked as storage version'
    errors.push(
      invalidValue(
        'spec.versions',
        versions.map((one) => one.name),
        why,
      ),
    )
  }
  versions.forEach((version, index) => {
    if (!isRecord(at(version, 'schema', 'openAPIV3Schema')))
      errors.push(
        required(`spec.versions[${index}].schema.openAPIV3Schema`, 'schemas are required'),
      )
  })
  return errors
}
