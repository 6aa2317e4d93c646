/** Who depends on which objects. */
import { type ObjectRef, refKey } from '../../../objects.ts'

export interface Interests {
  /** Whether anybody depends on the object; `key` is its `refKey`. */
  has(key: string): boolean
  /** Who depends on it; none where nobody does. */
  ownersOf(key: string): readonly string[]
  /** Answers the references that nobody depends on any more. */
  replace(owner: string, refs: readonly ObjectRef[]): ObjectRef[]
}

/** Nobody depends on anything yet. */
export function createInterests(): Interests {
  const owners = new Map<string, Set<string>>()
  const refsOf = new Map<string, Map<string, ObjectRef>>()

  return {
    has: (key) => owners.has(key),
    ownersOf: (key) => [...(owners.get(key) ?? [])],
    replace(owner, refs) {
      const before = refsOf.get(owner) ?? new Map<string, ObjectRef>()
      const now = new Map(refs.map((ref) => [refKey(ref), ref]))
      if (now.size > 0) refsOf.set(owner, now)
      else refsOf.delete(owner)

      for (const key of now.keys()) {
        const set = owners.get(key) ?? new Set()
        owners.set(key, set.add(owner))
      }
      const abandoned: ObjectRef[] = []
      for (const [key, ref] of before) {
        if (now.has(key)) continue
        const set = owners.get(key)
        set?.delete(owner)
        if (set?.size !== 0) continue
        owners.delete(key)
        abandoned.push(ref)
      }
      return abandoned
    },
  }
}
