/** What a structural schema does to an object before it is validated: prune and default. */
import { copyOf, isRecord, type Json, record } from '../json.ts'

const always = new Set(['apiVersion', 'kind', 'metadata'])

export interface Pruned {
  value: unknown
  /** Paths of the fields that the schema does not know. */
  unknown: string[]
}

/** Drops the fields that the schema does not list, and names them. */
export function prune(schema: unknown, object: unknown): Pruned {
  const unknown: string[] = []
  const value = pruneValue(record(schema), object, { path: '', isRoot: true, unknown })
  return { value, unknown }
}

interface Place {
  path: string
  isRoot: boolean
  unknown: string[]
}

function pruneValue(schema: Json, value: unknown, place: Place): unknown {
  const { path, unknown } = place
  if (Array.isArray(value)) {
    const items = record(schema.items)
    return value.map((item, index) =>
      pruneValue(items, item, { path: `${path}[${index}]`, isRoot: false, unknown }),
    )
  }
  if (!isRecord(value)) return value
  const isRoot = place.isRoot || schema['x-kubernetes-embedded-resource'] === true
  const keepsUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true
  const result: Json = {}
  for (const [key, child] of Object.entries(value)) {
    const below = { path: path ? `${path}.${key}` : key, isRoot: false, unknown }
    // What a schema says about metadata restricts values, and never which fields there are.
    const isKept = isRoot && always.has(key)
    const known = isKept ? undefined : childSchema(schema, key)
    if (known) result[key] = pruneValue(known, child, below)
    else if (keepsUnknown || isKept) result[key] = child
    else unknown.push(below.path)
  }
  return result
}

function childSchema(schema: Json, key: string): Json | undefined {
  const properties = record(schema.properties)
  if (isRecord(properties[key])) return properties[key]
  const additional = schema.additionalProperties
  if (isRecord(additional)) return additional
  // `true` lets any value in, and everything below it too.
  return additional === true ? { 'x-kubernetes-preserve-unknown-fields': true } : undefined
}

/** Fills in the defaults; a null that the schema forbids gives way to the default, or goes. */
export function applyDefaults(schema: unknown, value: unknown): unknown {
  const known = record(schema)
  if (Array.isArray(value)) return value.map((item) => applyDefaults(known.items, item))
  if (!isRecord(value)) return value
  const result: Json = { ...value }
  for (const [key, child] of Object.entries(record(known.properties))) {
    const { default: fallback, nullable } = record(child)
    const isForbiddenNull = result[key] === null && nullable !== true
    if (isForbiddenNull) delete result[key]
    if (fallback !== undefined && result[key] === undefined) result[key] = copyOf(fallback)
  }
  for (const [key, child] of Object.entries(result)) {
    const schemaOfChild = childSchema(known, key)
    if (schemaOfChild) result[key] = applyDefaults(schemaOfChild, child)
  }
  return result
}
