/** Finds objects by the labels that they carry or ask for, without looking at all of them. */
import { type KubeObject, refKey, refOf } from '../../objects.ts'
import type { StoreEvent } from '../api/store.ts'

export interface LabelIndex<T extends KubeObject> {
  /** Takes in a change of the store, if it is of the kind. */
  note(event: Pick<StoreEvent, 'type' | 'object' | 'previous'>): void
  /** Objects of the namespace that were noted with one of these labels. */
  with(namespace: string, labels: Readonly<Record<string, string>>): T[]
}

/** Notes objects of one kind under the labels that `labelsOf` gives for them. */
export function createLabelIndex<T extends KubeObject>(
  { apiVersion, kind }: { apiVersion: string; kind: string },
  labelsOf: (object: T) => Readonly<Record<string, string>>,
): LabelIndex<T> {
  const byLabel = new Map<string, Map<string, T>>()

  function keysOf(object: T): string[] {
    const { namespace = '' } = object.metadata
    return Object.entries(labelsOf(object)).map(([key, value]) => `${namespace} ${key}=${value}`)
  }

  return {
    note({ type, object, previous }) {
      if (object.kind !== kind || object.apiVersion !== apiVersion) return
      // An object of a kind has the type of that kind.
      const [now, before] = [object as T, previous as T | undefined]
      const id = refKey(refOf(object))
      for (const key of before ? keysOf(before) : []) {
        byLabel.get(key)?.delete(id)
        if (byLabel.get(key)?.size === 0) byLabel.delete(key)
      }
      if (type === 'DELETED') return
      for (const key of keysOf(now))
        byLabel.set(key, (byLabel.get(key) ?? new Map<string, T>()).set(id, now))
    },
    with(namespace, labels) {
      const found = Object.entries(labels).flatMap(([key, value]) => [
        ...(byLabel.get(`${namespace} ${key}=${value}`)?.entries() ?? []),
      ])
      return [...new Map(found).values()]
    },
  }
}
