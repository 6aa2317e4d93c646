/** What differs between two versions of an object, as paths and values. Pure. */
import { isMap } from '../json.ts'
import { sameContent } from '../workloads/canonical.ts'

export interface FieldChange {
  /** `spec.template.spec.containers[podinfod].image` */
  path: string
  /** Null where there was none, and where there will be none. */
  before: unknown
  after: unknown
  /** The values are not shown. */
  masked: boolean
}

/** Fields that differ; items of a list are told apart by their names, where they have some. */
export function changesBetween(before: unknown, after: unknown, path = ''): FieldChange[] {
  if (before === after || sameContent(before, after)) return []
  if (isMap(before) && isMap(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
    return keys.flatMap((key) => changesBetween(before[key], after[key], joined(path, key)))
  }
  const lists = named(before, after)
  if (lists) {
    const [one, other] = lists
    const names = [...new Set([...one.keys(), ...other.keys()])]
    return names.flatMap((name) =>
      changesBetween(one.get(name), other.get(name), `${path}[${name}]`),
    )
  }
  return [{ path, before: before ?? null, after: after ?? null, masked: false }]
}

function joined(path: string, key: string): string {
  // A key with dots, such as the name of a file, is one step.
  const name = /^[\w-]+$/.test(key) ? key : `[${key}]`
  return path === '' || name.startsWith('[') ? `${path}${name}` : `${path}.${name}`
}

type Named = Map<string, unknown>

/** Both as lists of items with names, each once; undefined where they are something else. */
function named(one: unknown, other: unknown): [Named, Named] | undefined {
  const lists = [one, other].map((list) => {
    if (!Array.isArray(list)) return undefined
    const entries = list.map((item: unknown): [string, unknown] => [nameOf(item), item])
    const found = new Map(entries)
    return found.has('') || found.size !== list.length ? undefined : found
  })
  const [before, after] = lists
  return before && after && [before, after]
}

function nameOf(item: unknown): string {
  return isMap(item) && typeof item.name === 'string' ? item.name : ''
}
