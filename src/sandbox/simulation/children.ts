/** What belongs to whom: an index, because a cluster has many pods and each workload a few. */
import { type KubeObject, refKey, refOf } from '../../objects.ts'
import type { StoreEvent } from '../api/store.ts'

export interface Children {
  /** Takes in a change of the store; to be called with each of them, in order. */
  note(event: StoreEvent): void
  /** The objects of a kind that are controlled by this one. */
  of<T extends KubeObject>(owner: KubeObject, kind: string): T[]
}

/** Knows nobody until changes are noted. */
export function createChildren(): Children {
  const byOwner = new Map<string, Map<string, KubeObject>>()

  function note({ type, object, previous }: StoreEvent): void {
    for (const uid of previous ? owners(previous) : []) forget(uid, object)
    if (type === 'DELETED') for (const uid of owners(object)) forget(uid, object)
    else
      for (const uid of owners(object)) {
        const known = byOwner.get(uid) ?? new Map<string, KubeObject>()
        byOwner.set(uid, known.set(refKey(refOf(object)), object))
      }
  }

  function forget(uid: string, object: KubeObject): void {
    const known = byOwner.get(uid)
    known?.delete(refKey(refOf(object)))
    if (known?.size === 0) byOwner.delete(uid)
  }

  return {
    note,
    of<T extends KubeObject>({ metadata }: KubeObject, kind: string): T[] {
      const all = [...(byOwner.get(metadata.uid ?? '')?.values() ?? [])]
      // An object of a kind has the type of that kind.
      return all.filter((object) => object.kind === kind) as T[]
    },
  }
}

function owners({ kind, metadata }: KubeObject): string[] {
  if (!['Pod', 'ReplicaSet', 'EndpointSlice'].includes(kind)) return []
  return (metadata.ownerReferences ?? [])
    .filter(({ controller }) => controller)
    .map(({ uid }) => uid)
}
