/** Who manages which fields: the entries of metadata.managedFields. */
import type { ManagedField } from '../../../objects.ts'
import { isRecord, list, text } from '../json.ts'
import type { ApiObject } from '../resource.ts'
import {
  compareFields,
  decodeFields,
  difference,
  encodeFields,
  type FieldSet,
  union,
} from './fields.ts'
import type { Shape } from './lists.ts'

export interface Manager {
  manager: string
  operation: 'Apply' | 'Update'
  subresource?: string | undefined
}

export interface Entry extends Manager {
  apiVersion: string
  time: string
  fields: FieldSet
}

/** The entries of an object; none where it has none. */
export function entriesOf(object: ApiObject | undefined): Entry[] {
  return list(object?.metadata.managedFields)
    .filter(isRecord)
    .map((entry) => ({
      manager: text(entry.manager) ?? '',
      operation: entry.operation === 'Apply' ? 'Apply' : 'Update',
      subresource: text(entry.subresource),
      apiVersion: text(entry.apiVersion) ?? '',
      time: text(entry.time) ?? '',
      fields: decodeFields(entry.fieldsV1),
    }))
}

/** The entries as `metadata.managedFields` has them; one without fields is left out. */
export function encodeEntries(entries: Entry[]): ManagedField[] {
  return entries
    .filter(({ fields }) => fields.size > 0)
    .map(({ manager, operation, apiVersion, time, fields, subresource }) => ({
      manager,
      operation,
      apiVersion,
      time,
      fieldsType: 'FieldsV1',
      fieldsV1: encodeFields(fields),
      ...(subresource && { subresource }),
    }))
}

/** Whether both share one entry: name, operation and subresource are the same. */
export function isSame(a: Manager, b: Manager): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    (a.subresource ?? '') === (b.subresource ?? '')
  )
}

export interface Writing {
  by: Manager
  apiVersion: string
  time: string
  shape: Shape
}

/**
 * The entries after an ordinary write: the writer owns what it changed, nobody owns what is gone,
 * and others lose what the writer changed.
 */
export function entriesAfterUpdate(
  before: ApiObject | undefined,
  after: ApiObject,
  { by, apiVersion, time, shape }: Writing,
): Entry[] {
  const entries = entriesOf(before)
  const { changed, removed } = compareFields(before, after, shape)
  if (changed.size === 0 && removed.size === 0) return entries
  const kept = entries.map((entry) => {
    const lost = isSame(entry, by) ? removed : union(changed, removed)
    return { ...entry, fields: difference(entry.fields, lost) }
  })
  if (changed.size === 0) return kept
  const own = kept.find((entry) => isSame(entry, by))
  const fields = union(own?.fields ?? new Set<string>(), changed)
  const others = kept.filter((entry) => entry !== own)
  return [...others, { ...by, apiVersion, time, fields }]
}
