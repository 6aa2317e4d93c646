/** What belongs to whom: an index, because a cluster has many pods and each workload a few. */
import { type KubeObject, refKey, refOf } from '../../objects.ts'
import type { Store, StoreEvent } from '../api/store.ts'
import { kindOf } from './objects.ts'

export interface Children {
  /** The objects of a kind that are controlled by this one. */
  of<T extends KubeObject>(owner: KubeObject, kind: string): T[]
  stop(): void
}

export function createChildren(store: Store): Children {
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

  for (const kind of [kindOf.replicaSet, kindOf.pod])
    for (const object of store.list(kind)) note({ type: 'ADDED', object })
  const stop = store.watch(note)
  return {
    of<T extends KubeObject>({ metadata }: KubeObject, kind: string): T[] {
      const all = [...(byOwner.get(metadata.uid ?? '')?.values() ?? [])]
      // An object of a kind has the type of that kind.
      return all.filter((object) => object.kind === kind) as T[]
    },
    stop,
  }
}

function owners({ kind, metadata }: KubeObject): string[] {
  if (kind !== 'Pod' && kind !== 'ReplicaSet') return []
  return (metadata.ownerReferences ?? [])
    .filter(({ controller }) => controller)
    .map(({ uid }) => uid)
}
