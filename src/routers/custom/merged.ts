/** Three versions of a value made one, as `kubectl apply` does. */
import { isMap } from '../../json.ts'

/**
 * What is wanted, on top of what is there; what was wanted last, and is not any more, goes. Lists
 * are wanted as they are, but for what others added to their entries.
 */
export function merged(live: unknown, last: unknown, wanted: unknown): unknown {
  if (Array.isArray(wanted)) {
    const there = Array.isArray(live) && live.length === wanted.length ? live : []
    const before = Array.isArray(last) ? last : []
    return wanted.map((one, at) => merged(there[at], before[at], one))
  }
  if (!isMap(wanted)) return wanted
  const before = isMap(last) ? last : {}
  const kept = isMap(live)
    ? Object.entries(live).filter(([key]) => !Object.hasOwn(before, key) || key in wanted)
    : []
  const there = Object.fromEntries(kept)
  const ours = Object.entries(wanted).map(([key, value]) => [
    key,
    merged(there[key], before[key], value),
  ])
  return { ...there, ...Object.fromEntries(ours) }
}
