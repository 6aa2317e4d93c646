/** Objects by resource, one counter of versions, and a bounded history of changes. */
import type { ApiObject } from './resource.ts'
import { keyOf } from './resource.ts'

export interface Change {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  /** `group/plural`, as `storageOf` gives it. */
  storage: string
  object: ApiObject
  previous: ApiObject | undefined
  version: number
}

export interface Storage {
  /** The version of the last change. */
  version(): number
  /** The version that the next change gets. */
  next(): number
  /** An object by its storage (see `storageOf`); undefined where there is none. */
  get(storage: string, namespace: string | undefined, name: string): ApiObject | undefined
  /** All objects of a resource, ordered by namespace and name. */
  list(storage: string): ApiObject[]
  /** The objects as they were at an older version; undefined when that is no longer known. */
  listAt(storage: string, version: number): ApiObject[] | undefined
  /** The object with this uid and where it is stored; undefined where there is none. */
  byUid(uid: string): { storage: string; object: ApiObject } | undefined
  /** Adds or replaces an object, whose resourceVersion is the version of this change. */
  put(storage: string, object: ApiObject): void
  /** Takes an object out; the resourceVersion of `object` is the version of this change. */
  remove(storage: string, object: ApiObject): void
  /** The changes after a version; undefined when they are no longer all known. */
  since(version: number): Change[] | undefined
  /** Calls the listener after every change, in order; gives the function that ends it. */
  subscribe(listener: (change: Change) => void): () => void
  /** Forgets the history, as the compaction of etcd does. */
  compact(): void
  /** Every storage that has held something. */
  storages(): string[]
}

/** `historySize` is how many changes are remembered at least. */
export function createStorage(historySize: number): Storage {
  const objects = new Map<string, Map<string, ApiObject>>()
  const uids = new Map<string, { storage: string; object: ApiObject }>()
  const listeners = new Set<(change: Change) => void>()
  let history: Change[] = []
  let forgotten = 1
  let version = 1
  const pending: Change[] = []
  let delivering = false

  function tableOf(storage: string): Map<string, ApiObject> {
    const found = objects.get(storage) ?? new Map<string, ApiObject>()
    objects.set(storage, found)
    return found
  }

  function record(change: Change): void {
    version = change.version
    history.push(change)
    // Trimmed in batches: moving a long array at every write would cost more than the write.
    if (history.length > historySize * 1.25 + 16) trim(history.length - historySize)
    pending.push(change)
    deliver()
  }

  function trim(count: number): void {
    const dropped = history.slice(0, count)
    history = history.slice(count)
    forgotten = dropped.at(-1)?.version ?? forgotten
  }

  // A listener may write: its changes are told to everyone after the one in progress. One that
  // fails keeps nobody else from hearing; its error reaches the writer when all have heard.
  function deliver(): void {
    if (delivering) return
    delivering = true
    const failures: unknown[] = []
    for (let change = pending.shift(); change; change = pending.shift())
      for (const listener of listeners) {
        try {
          listener(change)
        } catch (error) {
          failures.push(error)
        }
      }
    delivering = false
    if (failures.length > 0) throw failures[0]
  }

  return {
    version: () => version,
    next: () => version + 1,
    get: (storage, namespace, name) => objects.get(storage)?.get(keyOf(namespace, name)),
    list: (storage) => sorted(objects.get(storage)),
    listAt(storage, wanted) {
      if (wanted < forgotten || wanted > version) return undefined
      const table = new Map(objects.get(storage))
      for (const change of history.toReversed()) {
        if (change.version <= wanted) break
        if (change.storage === storage) undo(table, change)
      }
      return sorted(table)
    },
    byUid: (uid) => uids.get(uid),
    put(storage, object) {
      const { namespace, name, uid = '' } = object.metadata
      const table = tableOf(storage)
      const previous = table.get(keyOf(namespace, name))
      table.set(keyOf(namespace, name), object)
      uids.set(uid, { storage, object })
      const type = previous ? 'MODIFIED' : 'ADDED'
      record({ type, storage, object, previous, version: Number(object.metadata.resourceVersion) })
    },
    remove(storage, object) {
      const { namespace, name, uid = '' } = object.metadata
      const previous = tableOf(storage).get(keyOf(namespace, name))
      tableOf(storage).delete(keyOf(namespace, name))
      uids.delete(uid)
      const removedAt = Number(object.metadata.resourceVersion)
      record({ type: 'DELETED', storage, object, previous, version: removedAt })
    },
    since(wanted) {
      if (wanted < forgotten) return undefined
      const from = history.findLastIndex((change) => change.version <= wanted)
      return history.slice(from + 1)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    compact() {
      history = []
      forgotten = version
    },
    storages: () => [...objects.keys()],
  }
}

function undo(table: Map<string, ApiObject>, { object, previous }: Change): void {
  const key = keyOf(object.metadata.namespace, object.metadata.name)
  if (previous) table.set(key, previous)
  else table.delete(key)
}

function sorted(table: Map<string, ApiObject> | undefined): ApiObject[] {
  if (!table) return []
  return [...table.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object)
}
