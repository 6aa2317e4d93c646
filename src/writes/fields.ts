/** Fields in which two versions of an object differ. */
import { isMap } from '../json.ts'
import type { KubeObject } from '../objects.ts'

export type Path = readonly (string | number)[]

/** One field; undefined stands for a field that is not there. */
export interface Field {
  path: Path
  found: unknown
  wanted: unknown
}

/**
 * The smallest fields that differ. Lists of the same length are compared entry by entry, others
 * are one field: there is no telling which entry became which.
 */
export function differences(found: unknown, wanted: unknown, path: Path = []): Field[] {
  if (isMap(found ?? {}) && isMap(wanted ?? {}) && (found ?? wanted) !== undefined) {
    const [before, after] = [Object(found ?? {}), Object(wanted ?? {})]
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    return keys.flatMap((key) => differences(before[key], after[key], [...path, key]))
  }
  if (Array.isArray(found) && Array.isArray(wanted) && found.length === wanted.length)
    return found.flatMap((entry, at) => differences(entry, wanted[at], [...path, at]))
  const isSame = JSON.stringify(found ?? undefined) === JSON.stringify(wanted ?? undefined)
  return isSame ? [] : [{ path, found, wanted }]
}

/** The wanted object, with these of its differences as they were found. */
export function asFound<T extends KubeObject>(wanted: T, fields: readonly Field[]): T {
  // Only values move: the shape stays that of a version that was stored.
  return fields.reduce<unknown>(
    (object, { path, found }) => withValue(object, path, found),
    wanted,
  ) as T
}

/** `metadata.annotations[example.com/note]`, `spec.http[0].timeout`. */
export function pathText(path: Path): string {
  return path
    .map((part, at) => {
      if (typeof part === 'number' || !/^\w+$/.test(part)) return `[${part}]`
      return at === 0 ? part : `.${part}`
    })
    .join('')
}

function withValue(into: unknown, [first, ...rest]: Path, value: unknown): unknown {
  if (first === undefined) return value
  if (typeof first === 'number')
    return Array.isArray(into)
      ? into.map((entry, at) => (at === first ? withValue(entry, rest, value) : entry))
      : into
  const { [first]: before, ...others } = isMap(into) ? into : {}
  const after = withValue(before, rest, value)
  if (after !== undefined) return { ...others, [first]: after }
  return Object.keys(others).length > 0 ? others : undefined
}
