/** Tables: what `kubectl get` prints, made by the server. */
import { isRecord, type Json } from '../json.ts'
import type { ApiObject, Column, Resource, TableColumn } from '../resource.ts'
import { age } from './age.ts'
import { builtinTables, withoutAge, withoutName } from './builtin-columns.ts'
import { pathValues } from './json-path.ts'

export interface TableOptions {
  now: Date
  /** What each row carries of its object. */
  include: 'None' | 'Metadata' | 'Object'
  /** Leave the headings out, as in all but the first event of a watch. */
  rowsOnly?: boolean
}

/** The table of some objects of one resource. */
export function table(
  resource: Resource,
  objects: ApiObject[],
  metadata: Json,
  { now, include, rowsOnly = false }: TableOptions,
): Json {
  const columns = columnsOf(resource)
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: rowsOnly ? [] : columns.map(definition),
    rows: objects.map((object) => ({
      cells: columns.map(({ cell }) => cell(object, now)),
      object: include === 'None' ? null : include === 'Object' ? object : partial(object),
    })),
  }
}

function partial({ metadata }: ApiObject): Json {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata }
}

function definition({ name, type, format, description = '', priority = 0 }: Column): Json {
  return { name, type, format: format ?? (name === 'Name' ? 'name' : ''), description, priority }
}

const nameColumn: TableColumn = {
  name: 'Name',
  type: 'string',
  cell: ({ metadata }) => metadata.name,
}
const ageColumn: TableColumn = {
  name: 'Age',
  type: 'string',
  cell: ({ metadata }, now) => age(metadata.creationTimestamp, now),
}

function columnsOf({ group, plural, custom }: Resource): TableColumn[] {
  if (custom) {
    const declared = custom.columns.map(customColumn)
    return [nameColumn, ...(declared.length > 0 ? declared : [ageColumn])]
  }
  const key = `${group}/${plural}`
  const columns = [
    ...(withoutName.has(key) ? [] : [nameColumn]),
    ...(builtinTables[key] ?? []),
    ...(withoutAge.has(key) ? [] : [ageColumn]),
  ]
  return columns.toSorted(wideLast)
}

/** Columns for `-o wide` follow the age. */
function wideLast(a: TableColumn, b: TableColumn): number {
  return (a.priority ?? 0) - (b.priority ?? 0)
}

function customColumn(column: Column): TableColumn {
  const path = column.jsonPath ?? ''
  return {
    ...column,
    description:
      column.description || `Custom resource definition column (in JSONPath format): ${path}`,
    cell(object, now) {
      const [value] = pathValues(object, path)
      if (value === undefined || value === null) return null
      if (column.type === 'date') return age(value, now)
      return column.type === 'string' ? shown(value) : value
    },
  }
}

function shown(value: unknown): string {
  return isRecord(value) || Array.isArray(value) ? JSON.stringify(value) : String(value)
}
