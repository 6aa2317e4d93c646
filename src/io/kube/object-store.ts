/** The objects of one kind as last seen. It never goes back to an older version of one. */
import type { KubeObject } from '../../objects.ts'
import type { Clock } from '../clock.ts'
import { isNewer } from './versions.ts'

/** What a change did: the object now and before; undefined where there is none. */
export interface StoreChange {
  key: string
  object: KubeObject | undefined
  previous: KubeObject | undefined
}

export interface ObjectStore {
  get(key: string): KubeObject | undefined
  values(): Iterable<KubeObject>
  /** Takes a newer version; answers undefined when the one at hand is as new. */
  put(key: string, object: KubeObject): StoreChange | undefined
  /** Forgets an object that is gone; later news older than `version` are ignored. */
  remove(key: string, version: string | undefined): StoreChange | undefined
  /** Forgets an object that nobody asks for any more. */
  drop(key: string): void
  /** A list begins. */
  listing(): void
  /** The list as of `version` is complete: forgets what was not put since it began. */
  listed(version: string): StoreChange[]
}

/** How long the version of a removed object is remembered; far longer than a request takes. */
const rememberMs = 300_000

export function createObjectStore(clock: Clock): ObjectStore {
  const objects = new Map<string, KubeObject>()
  const removed = new Map<string, { version: string; at: number }>()
  let seen: Set<string> | undefined

  function remember(key: string, version: string | undefined): void {
    const now = clock.monotonicMs()
    for (const [old, { at }] of removed) {
      if (at > now - rememberMs) break
      removed.delete(old)
    }
    if (version !== undefined) removed.set(key, { version, at: now })
  }

  function remove(key: string, version: string | undefined): StoreChange | undefined {
    const previous = objects.get(key)
    const known = previous?.metadata.resourceVersion
    // Created anew since: the news about its predecessor come late.
    if (previous && version !== undefined && isNewer(known, version)) return undefined
    remember(key, version ?? known)
    objects.delete(key)
    return previous && { key, object: undefined, previous }
  }

  return {
    get: (key) => objects.get(key),
    values: () => objects.values(),
    put(key, object) {
      seen?.add(key)
      const version = object.metadata.resourceVersion
      const previous = objects.get(key)
      if (previous && !isNewer(version, previous.metadata.resourceVersion)) return undefined
      const gone = removed.get(key)
      if (gone && !isNewer(version, gone.version)) return undefined
      objects.set(key, object)
      return { key, object, previous }
    },
    remove,
    drop: (key) => void objects.delete(key),
    listing() {
      seen = new Set()
    },
    listed(version) {
      const present = seen
      seen = undefined
      const changes: StoreChange[] = []
      for (const [key, { metadata }] of objects) {
        if (present?.has(key)) continue
        // Written by ourselves after the server took the list.
        if (version !== '' && isNewer(metadata.resourceVersion, version)) continue
        const change = remove(key, version === '' ? metadata.resourceVersion : version)
        if (change) changes.push(change)
      }
      return changes
    },
  }
}
