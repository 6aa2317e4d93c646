/** How lists of each type merge: as a map by keys, as a set, or as one value. */
import { isRecord, type Json, list, record, text } from '../json.ts'
import type { Resource } from '../resource.ts'

export type ListType = { keys: string[] } | 'set' | 'atomic'

/** What is known of the lists and maps of one resource, by the names on the way to them. */
export interface Shape {
  /** How server-side apply merges the list. */
  list(path: readonly string[]): ListType
  /** True for objects that are replaced as a whole. */
  isAtomic(path: readonly string[]): boolean
}

const mapKeys: ReadonlyMap<string, string[]> = new Map(
  Object.entries({
    containers: ['name'],
    initContainers: ['name'],
    ephemeralContainers: ['name'],
    env: ['name'],
    volumes: ['name'],
    volumeMounts: ['mountPath'],
    volumeDevices: ['devicePath'],
    imagePullSecrets: ['name'],
    hostAliases: ['ip'],
    topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
    resourceClaims: ['name'],
    conditions: ['type'],
    ownerReferences: ['uid'],
    podIPs: ['ip'],
    secrets: ['name'],
    addresses: ['type'],
  }),
)

const atomicObjects = new Set([
  'selector',
  'labelSelector',
  'namespaceSelector',
  'podSelector',
  'nodeSelector',
  'fieldRef',
  'resourceFieldRef',
  'configMapKeyRef',
  'secretKeyRef',
])

function isContainer(name: string | undefined): boolean {
  return name !== undefined && /^(c|initC|ephemeralC)ontainers$/.test(name)
}

const builtinShape: Shape = {
  list(path) {
    const name = path.at(-1) ?? ''
    if (path.join('.') === 'metadata.finalizers') return 'set'
    if (name === 'ports') {
      if (isContainer(path.at(-2))) return { keys: ['containerPort', 'protocol'] }
      return path.join('.') === 'spec.ports' ? { keys: ['port', 'protocol'] } : 'atomic'
    }
    const keys = mapKeys.get(name)
    return keys ? { keys } : 'atomic'
  },
  isAtomic: (path) => atomicObjects.has(path.at(-1) ?? ''),
}

/** The shape of a resource: of a CRD from its schema, of a built-in kind from the tables here. */
export function shapeOf(resource: Resource): Shape {
  const { custom } = resource
  if (!custom) return builtinShape
  return {
    list(path) {
      if (path[0] === 'metadata') return builtinShape.list(path)
      const schema = schemaAt(custom.schema, path)
      if (schema['x-kubernetes-list-type'] === 'set') return 'set'
      if (schema['x-kubernetes-list-type'] !== 'map') return 'atomic'
      return { keys: list(schema['x-kubernetes-list-map-keys']).map(String) }
    },
    isAtomic: (path) => schemaAt(custom.schema, path)['x-kubernetes-map-type'] === 'atomic',
  }
}

function schemaAt(schema: unknown, path: readonly string[]): Json {
  let current = record(schema)
  for (const name of path) {
    while (isRecord(current.items)) current = current.items
    const properties = record(current.properties)
    current = record(properties[name] ?? current.additionalProperties)
  }
  return current
}

/** The key by which strategic merge patches match items; `undefined` replaces the list. */
export function patchMergeKey(path: readonly string[]): string | undefined {
  const type = builtinShape.list(path)
  return typeof type === 'object' ? type.keys[0] : undefined
}

/** The key fields of an item of a map list, defaults filled in; undefined where one is missing. */
export function itemKey(item: unknown, keys: string[]): Json | undefined {
  if (!isRecord(item)) return undefined
  const entries = keys.map((key) => [key, item[key] ?? keyDefaults[key]] as const)
  if (entries.some(([, value]) => value === undefined)) return undefined
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

const keyDefaults: Record<string, unknown> = { protocol: 'TCP' }

/** A text that is equal for items with equal keys. */
export function itemKeyText(item: unknown, keys: string[]): string | undefined {
  const key = itemKey(item, keys)
  return key && text(JSON.stringify(key))
}
