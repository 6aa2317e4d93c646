/** Strategic merge patch of the built-in kinds. */
import { badRequest } from '../api-error.ts'
import { isRecord, type Json, list, record, same } from '../json.ts'
import { patchMergeKey } from './lists.ts'

const primitiveDeletion = '$deleteFromPrimitiveList/'
const elementOrder = '$setElementOrder/'
const mergedPrimitives = new Set(['finalizers'])

/** Gives the patched object; lists merge by the keys that their types declare. */
export function strategicMerge(target: unknown, patch: unknown, path: string[] = []): unknown {
  if (!isRecord(patch)) return patch
  if (patch.$patch === 'replace') return withoutDirectives(patch)
  if (patch.$patch === 'delete') return undefined
  const result: Json = isRecord(target) ? { ...target } : {}
  const retained = patch.$retainKeys
  if (Array.isArray(retained))
    for (const key of Object.keys(result)) if (!retained.includes(key)) delete result[key]
  for (const [key, value] of Object.entries(patch)) mergeField(result, key, value, path)
  return result
}

function mergeField(result: Json, key: string, value: unknown, path: string[]): void {
  if (key.startsWith(primitiveDeletion)) {
    const name = key.slice(primitiveDeletion.length)
    const gone = list(value)
    result[name] = list(result[name]).filter((item) => !gone.some((other) => same(item, other)))
    return
  }
  // The order of a list never matters to what reads it, only its content does.
  if (key === '$patch' || key === '$retainKeys' || key.startsWith(elementOrder)) return
  if (value === null) {
    delete result[key]
    return
  }
  const below = [...path, key]
  const merged = Array.isArray(value)
    ? mergeList(result[key], value, below)
    : strategicMerge(result[key], value, below)
  if (merged === undefined) delete result[key]
  else result[key] = merged
}

function mergeList(target: unknown, patch: unknown[], path: string[]): unknown[] {
  const key = patchMergeKey(path)
  const present = list(target)
  if (!key) {
    if (!mergedPrimitives.has(path.at(-1) ?? '')) return patch
    return [...present, ...patch.filter((item) => !present.some((other) => same(item, other)))]
  }
  if (patch.some((item) => record(item).$patch === 'replace'))
    return patch.filter((item) => record(item).$patch !== 'replace')
  const merged = patch.reduce<unknown[]>(
    (items, change) => mergeItem(items, change, key, path),
    present,
  )
  return ordered(merged, { key, present, patch })
}

/**
 * Items of the patch come in its order. The others keep theirs, each before the first item of the
 * patch that followed it already; what is new goes before the rest.
 */
function ordered(
  merged: unknown[],
  { key, present, patch }: { key: string; present: unknown[]; patch: unknown[] },
): unknown[] {
  const idOf = (item: unknown) => record(item)[key]
  const position = (item: unknown) => present.findIndex((other) => idOf(other) === idOf(item))
  const isPatched = (item: unknown) => patch.some((change) => idOf(change) === idOf(item))
  const others = merged.filter((item) => !isPatched(item))
  const patched = patch.flatMap((change) => merged.filter((item) => idOf(item) === idOf(change)))
  const result: unknown[] = []
  for (const item of patched) {
    while (others[0] !== undefined && position(others[0]) < position(item))
      result.push(others.shift())
    result.push(item)
  }
  return [...result, ...others]
}

function mergeItem(items: unknown[], change: unknown, key: string, path: string[]): unknown[] {
  const id = record(change)[key]
  if (id === undefined) {
    const field = path.join('.')
    throw badRequest(
      `map: ${JSON.stringify(change)} does not contain declared merge key: ${key} in ${field}`,
    )
  }
  if (record(change).$patch === 'delete') return items.filter((item) => record(item)[key] !== id)
  const index = items.findIndex((item) => record(item)[key] === id)
  const merged = strategicMerge(items[index], change, path)
  return index < 0 ? [...items, merged] : items.with(index, merged)
}

function withoutDirectives(patch: Json): Json {
  return Object.fromEntries(Object.entries(patch).filter(([key]) => !key.startsWith('$')))
}
