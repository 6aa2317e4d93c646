/**
 * The objects of one kind as last seen. No news takes it back to an older version of one; a whole
 * list does: it is how things are, also where etcd was restored from a backup and versions are
 * lower than before.
 */
import type { KubeObject } from '../../../objects.ts'
import type { Clock } from '../../clock.ts'
import { isNewer } from './versions.ts'

/** What a change did: the object now and before; undefined where there is none. */
export interface StoreChange {
  key: string
  object: KubeObject | undefined
  previous: KubeObject | undefined
}

export interface ObjectStore {
  /** The object as last seen; `key` is its `refKey`. */
  get(key: string): KubeObject | undefined
  /** Every object that is held, in no order. */
  values(): Iterable<KubeObject>
  /** Takes a newer version; answers undefined when the one at hand is as new. */
  put(key: string, object: KubeObject): StoreChange | undefined
  /** Forgets an object that is gone; later news older than `version` are ignored. */
  remove(key: string, version: string | undefined): StoreChange | undefined
  /** Forgets an object that nobody asks for any more. */
  drop(key: string): void
  /** A list begins. */
  listing(): void
  /** Takes an object as the list has it, unless there were news of it since the list began. */
  take(key: string, object: KubeObject): StoreChange | undefined
  /** The list is complete: forgets what it does not have, unless there were news of it since. */
  listed(): StoreChange[]
}

/** How long the version of a removed object is remembered; far longer than a request takes. */
const rememberMs = 300_000

/** An empty store; the clock tells how long an object that is gone is remembered. */
export function createObjectStore(clock: Clock): ObjectStore {
  const objects = new Map<string, KubeObject>()
  const removed = new Map<string, { version: string; atMs: number }>()
  /** Keys in the list that is under way, ... */
  let listed = new Set<string>()
  /** ... and those of which there were news since it began, such as the answer of a write. */
  let touched = new Set<string>()

  function remember(key: string, version: string | undefined): void {
    const now = clock.monotonicMs()
    for (const [old, { atMs }] of removed) {
      if (atMs > now - rememberMs) break
      removed.delete(old)
    }
    if (version !== undefined) removed.set(key, { version, atMs: now })
  }

  function remove(key: string, version: string | undefined): StoreChange | undefined {
    const previous = objects.get(key)
    const known = previous?.metadata.resourceVersion
    // Created anew since: the news about its predecessor come late.
    if (previous && version !== undefined && isNewer(known, version)) return undefined
    remember(key, version ?? known)
    touched.add(key)
    objects.delete(key)
    return previous && { key, object: undefined, previous }
  }

  function put(key: string, object: KubeObject): StoreChange | undefined {
    const version = object.metadata.resourceVersion
    const previous = objects.get(key)
    if (previous && !isNewer(version, previous.metadata.resourceVersion)) return undefined
    const gone = removed.get(key)
    if (gone && !isNewer(version, gone.version)) return undefined
    touched.add(key)
    objects.set(key, object)
    return { key, object, previous }
  }

  return {
    get: (key) => objects.get(key),
    values: () => objects.values(),
    put,
    remove,
    drop: (key) => void objects.delete(key),
    listing() {
      listed = new Set()
      touched = new Set()
    },
    take(key, object) {
      listed.add(key)
      if (touched.has(key)) return put(key, object)
      removed.delete(key)
      const previous = objects.get(key)
      if (previous?.metadata.resourceVersion === object.metadata.resourceVersion) return undefined
      objects.set(key, object)
      return { key, object, previous }
    },
    listed() {
      const changes: StoreChange[] = []
      for (const [key, previous] of objects) {
        if (listed.has(key) || touched.has(key)) continue
        objects.delete(key)
        changes.push({ key, object: undefined, previous })
      }
      return changes
    },
  }
}
