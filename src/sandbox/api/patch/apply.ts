/** Server-side apply: a manager states the fields that it wants, and owns them from then on. */
import { ApiError } from '../api-error.ts'
import { isRecord, type Json, list, record, same } from '../json.ts'
import type { ApiObject } from '../resource.ts'
import {
  difference,
  type FieldSet,
  fieldSteps,
  fieldText,
  fieldValues,
  isItemKey,
} from './fields.ts'
import { itemKeyText, type Shape } from './lists.ts'
import { type Entry, entriesOf, isSame, type Writing } from './managers.ts'

export interface Applied {
  object: Json
  /** Who owns what after this apply. */
  entries: Entry[]
}

/**
 * Merges a configuration into the live object. Throws 409 when it changes a field that another
 * manager owns, unless forced.
 */
export function applyPatch(
  live: ApiObject | undefined,
  config: Json,
  { by, apiVersion, time, shape, force }: Writing & { force: boolean },
): Applied {
  const wanted = fieldValues(config, shape)
  const present = fieldValues(live, shape)
  const changed = new Set(
    [...wanted].filter(([path, value]) => !same(present.get(path), value)).map(([path]) => path),
  )
  const entries = entriesOf(live)
  const others = entries.filter((entry) => !isSame(entry, by))
  if (!force) refuseConflicts(others, changed)

  const owned = new Set(wanted.keys())
  const previous = entries.find((entry) => isSame(entry, by))?.fields ?? new Set<string>()
  const elsewhere = new Set(others.flatMap(({ fields }) => [...fields]))
  const dropped = difference(difference(previous, owned), elsewhere)

  const merged = merge(live ?? {}, config, { names: [], shape })
  const object = removeFields(record(merged), dropped, elsewhere)
  const kept = others.map((entry) => ({ ...entry, fields: difference(entry.fields, changed) }))
  return { object, entries: [...kept, { ...by, apiVersion, time, fields: owned }] }
}

function refuseConflicts(others: Entry[], changed: FieldSet): void {
  const conflicts = others.flatMap((entry) =>
    [...entry.fields]
      .filter((path) => changed.has(path))
      .map((path) => ({
        field: fieldText(path),
        who: ownerOf(entry),
      })),
  )
  if (conflicts.length === 0) return
  const causes = conflicts.map(({ field, who }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${who}`,
    field,
  }))
  const message =
    conflicts.length === 1
      ? `Apply failed with 1 conflict: conflict with ${conflicts[0]?.who}: ${conflicts[0]?.field}`
      : `Apply failed with ${conflicts.length} conflicts: ${grouped(conflicts)}`
  throw new ApiError(409, 'Conflict', message, { causes })
}

/** Whoever applied a field is known by name, whoever wrote it by name and version. */
function ownerOf({ manager, operation, subresource, apiVersion }: Entry): string {
  const place = subresource ? ` with subresource "${subresource}"` : ''
  return `"${manager}"${place}${operation === 'Apply' ? '' : ` using ${apiVersion}`}`
}

function grouped(conflicts: { field: string; who: string }[]): string {
  const byManager = Map.groupBy(conflicts, ({ who }) => who)
  const parts = [...byManager].map(
    ([who, fields]) =>
      `conflicts with ${who}:\n${fields.map(({ field }) => `- ${field}`).join('\n')}`,
  )
  return parts.join('\n')
}

interface Place {
  names: string[]
  shape: Shape
}

function merge(live: unknown, config: unknown, place: Place): unknown {
  if (isRecord(config)) {
    if (!isRecord(live) || place.shape.isAtomic(place.names)) return config
    const result: Json = { ...live }
    for (const [key, value] of Object.entries(config))
      result[key] = merge(live[key], value, { ...place, names: [...place.names, key] })
    return result
  }
  return Array.isArray(config) ? mergeList(live, config, place) : config
}

function mergeList(live: unknown, config: unknown[], place: Place): unknown[] {
  const type = place.shape.list(place.names)
  const present = list(live)
  if (type === 'atomic') return config
  if (type === 'set')
    return [...present, ...config.filter((item) => !present.some((other) => same(item, other)))]
  const keyOf = (item: unknown) => itemKeyText(item, type.keys)
  const wanted = new Map(config.map((item) => [keyOf(item), item]))
  const kept = present.map((item) => {
    const change = wanted.get(keyOf(item))
    return change === undefined ? item : merge(item, change, place)
  })
  const known = new Set(present.map(keyOf))
  return [...kept, ...config.filter((item) => !known.has(keyOf(item)))]
}

/** Removes what this manager no longer states; an item stays while others own a part of it. */
function removeFields(object: Json, dropped: FieldSet, elsewhere: FieldSet): Json {
  // Items first: once one is gone there is nothing left to remove below it.
  const paths = [...dropped].toSorted((a, b) => a.length - b.length)
  const removable = paths.filter((path) => !hasBelow(elsewhere, path) && !isItemKey(path))
  return removable.reduce((result, path) => record(without(result, fieldSteps(path))), object)
}

function hasBelow(fields: FieldSet, path: string): boolean {
  for (const field of fields) if (field.startsWith(`${path}\n`)) return true
  return false
}

function without(value: unknown, [step = '', ...rest]: string[]): unknown {
  if (step.startsWith('f:')) {
    const key = step.slice(2)
    if (!isRecord(value) || !(key in value)) return value
    const { [key]: child, ...others } = value
    return rest.length === 0 ? others : { ...others, [key]: without(child, rest) }
  }
  const items = list(value)
  const index = items.findIndex((item) => isStep(item, step))
  if (index < 0) return value
  return rest.length === 0
    ? items.toSpliced(index, 1)
    : items.with(index, without(items[index], rest))
}

function isStep(item: unknown, step: string): boolean {
  const wanted: unknown = JSON.parse(step.slice(2))
  if (step.startsWith('v:')) return same(item, wanted)
  const keys = Object.keys(record(wanted))
  return itemKeyText(item, keys) === step.slice(2)
}
