/** Sets of fields, as managedFields records them: which fields an object has, and which changed. */
import { isRecord, type Json, same } from '../json.ts'
import { itemKeyText, type Shape } from './lists.ts'

/** Paths whose steps are `f:name`, `k:{"key":…}` or `v:value`, joined by line feeds. */
export type FieldSet = ReadonlySet<string>

/** The fields that are in either. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  return new Set([...a, ...b])
}

/** The same set where there is nothing to leave out. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  const left = [...a].filter((path) => !b.has(path))
  return left.length === a.size ? a : new Set(left)
}

const separator = '\n'

// What the server itself keeps has no manager.
const unmanaged = new Set([
  'f:apiVersion',
  'f:kind',
  ...[
    'name',
    'namespace',
    'uid',
    'resourceVersion',
    'generation',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'managedFields',
    'selfLink',
  ].map((name) => `f:metadata${separator}f:${name}`),
  'f:metadata',
])

interface Visit {
  shape: Shape
  add: (path: string, value: unknown) => void
}

/** Every field of an object with its value: leaves, and the items of keyed lists. */
export function fieldValues(object: unknown, shape: Shape): Map<string, unknown> {
  return collected(shape, (how) => visit(object, { path: '', names: [] }, how))
}

function collected(shape: Shape, visiting: (how: Visit) => void): Map<string, unknown> {
  const found = new Map<string, unknown>()
  const add = (path: string, value: unknown) => {
    if (!unmanaged.has(path) && path !== '') found.set(path, value)
  }
  visiting({ shape, add })
  return found
}

interface Place {
  path: string
  names: string[]
}

function below({ path }: Place, step: string, names: string[]): Place {
  return { path: path ? `${path}${separator}${step}` : step, names }
}

function visit(value: unknown, place: Place, how: Visit): void {
  if (value === undefined) return
  if (isRecord(value) && !how.shape.isAtomic(place.names)) {
    const entries = Object.entries(value)
    if (entries.length === 0) how.add(place.path, value)
    for (const [key, child] of entries)
      visit(child, below(place, `f:${key}`, [...place.names, key]), how)
    return
  }
  if (Array.isArray(value)) {
    visitList(value, place, how)
    return
  }
  how.add(place.path, value)
}

function visitList(items: unknown[], place: Place, how: Visit): void {
  const type = how.shape.list(place.names)
  if (type === 'atomic' || items.length === 0) {
    how.add(place.path, items)
    return
  }
  for (const item of items) {
    if (type === 'set') {
      how.add(below(place, `v:${JSON.stringify(item)}`, place.names).path, item)
      continue
    }
    const key = itemKeyText(item, type.keys)
    if (key === undefined) continue
    const at = below(place, `k:${key}`, place.names)
    // The item itself is a field too; its value is its key, which never changes.
    how.add(at.path, key)
    visit(item, at, how)
  }
}

export interface FieldChanges {
  /** Fields that are new or have another value. */
  changed: FieldSet
  /** Fields that are gone. */
  removed: FieldSet
}

/** What differs between two versions of an object; `shape` says which lists have keys. */
export function compareFields(before: unknown, after: unknown, shape: Shape): FieldChanges {
  const changes = { changed: new Set<string>(), removed: new Set<string>() }
  compare([before, after], { path: '', names: [] }, { shape, changes })
  return changes
}

interface Comparison {
  shape: Shape
  changes: { changed: Set<string>; removed: Set<string> }
}

/** What is the same on both sides, as most is, is not looked into. */
function compare([before, after]: [unknown, unknown], place: Place, how: Comparison): void {
  if (same(before, after)) return
  const isLookedInto = isBranch(before) && isBranch(after) && !how.shape.isAtomic(place.names)
  if (!isLookedInto) {
    note(valuesAt(before, place, how), valuesAt(after, place, how), how)
    return
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
    compare([before[key], after[key]], below(place, `f:${key}`, [...place.names, key]), how)
}

function isBranch(value: unknown): value is Json {
  return isRecord(value) && Object.keys(value).length > 0
}

function valuesAt(value: unknown, place: Place, { shape }: Comparison): Map<string, unknown> {
  return collected(shape, (how) => visit(value, place, how))
}

function note(
  old: ReadonlyMap<string, unknown>,
  now: ReadonlyMap<string, unknown>,
  { changes: { changed, removed } }: Comparison,
): void {
  for (const [path, value] of now)
    if (!old.has(path) || !same(old.get(path), value)) changed.add(path)
  for (const path of old.keys()) if (!now.has(path)) removed.add(path)
}

/** Sets that were read, with the text that they were read from: most are written as they were. */
const known = new WeakMap<FieldSet, Json>()
const read = new WeakMap<object, FieldSet>()

/** The nested form of `fieldsV1`. */
export function encodeFields(fields: FieldSet): Json {
  const before = known.get(fields)
  if (before) return before
  const root: Json = {}
  for (const path of [...fields].toSorted()) {
    let node = root
    for (const step of path.split(separator)) {
      const child = (node[step] ?? {}) as Json
      node[step] = child
      node = child
    }
    node['.'] = {}
  }
  return tidy(root)
}

/** A leaf is an empty object; only a node with more below it says "." for itself. */
function tidy(node: Json): Json {
  const children = Object.entries(node).filter(([step]) => step !== '.')
  if (children.length === 0) return {}
  const self = node['.'] ? { '.': {} } : {}
  return {
    ...self,
    ...Object.fromEntries(children.map(([step, child]) => [step, tidy(child as Json)])),
  }
}

/** What is frozen is read once. */
export function decodeFields(fields: unknown): FieldSet {
  if (!isRecord(fields) || !Object.isFrozen(fields)) return decoded(fields)
  const found = read.get(fields) ?? decoded(fields)
  read.set(fields, found)
  known.set(found, fields)
  return found
}

function decoded(fields: unknown): FieldSet {
  const found = new Set<string>()
  const walk = (node: unknown, path: string): void => {
    if (!isRecord(node)) return
    const steps = Object.keys(node)
    if (path !== '' && (steps.length === 0 || steps.includes('.'))) found.add(path)
    for (const step of steps)
      if (step !== '.') walk(node[step], path ? `${path}${separator}${step}` : step)
  }
  walk(fields, '')
  return found
}

/** A field for people: `.spec.containers[name="app"].image`. */
export function fieldText(path: string): string {
  const steps = path.split(separator).map((step) => {
    const rest = step.slice(2)
    if (step.startsWith('f:')) return `.${rest}`
    if (step.startsWith('v:')) return `[=${rest}]`
    const keys = Object.entries(JSON.parse(rest) as Json)
    return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`
  })
  return steps.join('')
}

/** True for a field by which the list that holds its object tells its items apart. */
export function isItemKey(path: string): boolean {
  const [name = '', item = ''] = path.split(separator).toReversed()
  return item.startsWith('k:') && name.slice(2) in (JSON.parse(item.slice(2)) as Json)
}

/** The steps of a path, for removing what it names. */
export function fieldSteps(path: string): string[] {
  return path.split(separator)
}
