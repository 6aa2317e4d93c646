/** The cache of one kind in one namespace, or in all of them. */

import { type KubeObject, type ObjectRef, refKey, refOf } from '../../../objects.ts'
import type { ResourceKind } from '../../../resource-kind.ts'
import type { Clock } from '../../clock.ts'
import type { Log } from '../../log.ts'
import type { Kube } from '../kube.ts'
import { aborted } from '../transport/failures.ts'
import { type Follower, type FollowState, followKind } from './list-watch.ts'
import { isAlike, isOneGeneration } from './news.ts'
import { createObjectStore, type StoreChange } from './object-store.ts'
import { isNewer } from './versions.ts'

export interface CacheDeps {
  kube: Kube
  clock: Clock
  /** Answers a number in [0, 1). */
  random: () => number
  log: Log
}

/** Says whether an object is worth holding; must be quick, it sees every object of the kind. */
export type Keep = (object: KubeObject) => boolean

export interface KindState {
  kind: ResourceKind
  /** Absent where every namespace is followed. */
  namespace?: string
  state: FollowState
  /** Why, in a sentence; empty when all is well. */
  message: string
}

export interface KindCacheOptions {
  kind: ResourceKind
  namespace: string | undefined
  metadataOnly: boolean
  keepManagedFields: boolean
  /** What is held of every object of the kind, whether or not somebody depends on it. */
  glimpseOf?: ((object: KubeObject) => KubeObject) | undefined
  isInteresting: (key: string) => boolean
  onChange: (change: StoreChange, source: 'watch' | 'write') => void
}

export interface KindCache {
  kind: ResourceKind
  /** Whether objects of the namespace are followed here; undefined asks for all namespaces. */
  covers(namespace: string | undefined): boolean
  /**
   * Replaces the filter. Resolves when the kind was listed with it, or turned out to be missing or
   * forbidden.
   */
  keep(keep: Keep): Promise<void>
  /**
   * Sees to it that an object is held if it exists; asks the server at most once. Of one that is
   * `ours` the list is believed that has none: whoever was faster makes our creation a conflict.
   */
  fetch(ref: ObjectRef, isOurs: boolean): Promise<void>
  /** Lets go of an object that nobody depends on any more. */
  release(ref: ObjectRef): void
  get(ref: ObjectRef): KubeObject | undefined
  values(): Iterable<KubeObject>
  /** Of every object what `glimpseOf` makes of it; none without that. */
  glimpses(): KubeObject[]
  /** Another number after each change of what is wanted: see `Cache.edition`. */
  edition(): number
  /** Takes an object that is wanted, unless something newer is there already. */
  put(object: KubeObject, source: 'watch' | 'write'): void
  /** Forgets an object that was just deleted. */
  remove(ref: ObjectRef): void
  state(): KindState
  stop(): Promise<void>
}

/**
 * Objects of which news came before anybody depended on them, as of a target that is created just
 * before its Canary: so many are held for a request less.
 */
const mostRecent = 32

/** More new references than this at once are looked up by one list. */
const mostGets = 20

/** Starts to follow the kind a moment later, so that references given meanwhile need no requests. */
export function createKindCache(deps: CacheDeps, options: KindCacheOptions): KindCache {
  const { kind, namespace, metadataOnly, isInteresting, onChange } = options
  const store = createObjectStore(deps.clock)
  const stopped = new AbortController()
  const ready = Promise.withResolvers<void>()
  let keep: Keep | undefined
  let state: FollowState = 'connecting'
  let message = ''
  /** Keys that a list or a GET has looked for since somebody depends on them. */
  const known = new Set<string>()
  /** All objects of the kind by their keys, also those that nobody depends on, and a glimpse. */
  const present = new Map<string, KubeObject | undefined>()
  /** News of objects that are not kept, the latest last. */
  const recent = new Map<string, KubeObject>()
  let isWhole = false
  let edition = 0
  /** What the list that is under way will tell about. */
  let asked: Lookup[] = []
  const waiting: Lookup[] = []
  let isCatchingUp = false

  function put(object: KubeObject, source: 'watch' | 'write'): void {
    const key = refKey(refOf(object))
    see(key, object)
    const isKept = isInteresting(key) || keep?.(object)
    recent.delete(key)
    if (!isKept && source === 'watch') remember(key, object)
    const change = isKept ? store.put(key, slim(object, options)) : lose(key, object)
    if (change) onChange(change, source)
  }

  function see(key: string, object: KubeObject): void {
    const glimpse = options.glimpseOf?.(object)
    const isSame = glimpse
      ? isAlike(glimpse, present.get(key))
      : present.has(key) && isOneGeneration(object, store.get(key))
    if (!isSame) edition += 1
    present.set(key, glimpse)
  }

  function forget(key: string): void {
    if (present.delete(key)) edition += 1
    recent.delete(key)
  }

  function remember(key: string, object: KubeObject): void {
    recent.set(key, slim(object, options))
    const [oldest] = recent.keys()
    if (oldest !== undefined && recent.size > mostRecent) recent.delete(oldest)
  }

  /** An object as a list has it; what is not kept stays out, and goes with the end of the list. */
  function take(object: KubeObject): void {
    const key = refKey(refOf(object))
    see(key, object)
    if (!isInteresting(key) && !keep?.(object)) return
    const change = store.take(key, slim(object, options))
    if (change) onChange(change, 'watch')
  }

  function remove(object: KubeObject): void {
    const key = refKey(refOf(object))
    forget(key)
    const change = store.remove(key, object.metadata.resourceVersion)
    if (change) onChange(change, 'watch')
  }

  /** An object changed so that the filter accepts it no longer. */
  function lose(key: string, object: KubeObject): StoreChange | undefined {
    const previous = store.get(key)
    const { resourceVersion } = object.metadata
    if (!previous || !isNewer(resourceVersion, previous.metadata.resourceVersion)) return undefined
    release(key)
    return { key, object: undefined, previous }
  }

  function release(key: string): void {
    known.delete(key)
    store.drop(key)
  }

  const follower: Follower = {
    listing() {
      present.clear()
      edition += 1
      recent.clear()
      isWhole = false
      store.listing()
      asked = [...asked, ...waiting.splice(0)]
    },
    take,
    put: (object) => put(object, 'watch'),
    remove,
    listed() {
      isWhole = true
      for (const change of store.listed()) onChange(change, 'watch')
      settle(asked.splice(0))
    },
    state(next, why) {
      logState(next, why)
      state = next
      message = why
      if (next === 'connecting') return
      ready.resolve()
      // Nothing of it can be looked up; `states` says so.
      if (next !== 'synced') settle([...asked.splice(0), ...waiting.splice(0)])
    },
  }

  function logState(next: FollowState, why: string): void {
    if (next === state && why === message) return
    const fields = { kind: kind.kind, apiVersion: kind.apiVersion, namespace, reason: why }
    if (next === 'synced') deps.log.debug(fields, 'following a kind')
    else if (next === 'connecting') deps.log.warn(fields, 'lost sight of a kind, retrying')
    else deps.log.warn(fields, `a kind is ${next}, asking again now and then`)
  }

  function settle(lookups: Lookup[]): void {
    for (const { ref, done } of lookups) {
      const key = ref && refKey(ref)
      if (key !== undefined && isInteresting(key)) known.add(key)
      done.resolve()
    }
  }

  const following = followKind({ ...deps, kind, namespace, metadataOnly, delayed: true }, follower)

  /** Waits for the list that is about to begin, or else for what `catchUp` does. */
  function lookUp(ref?: ObjectRef): Promise<void> {
    const lookup = { ref, done: Promise.withResolvers<void>() }
    waiting.push(lookup)
    // Who does not wait for it must not die of its failure.
    lookup.done.promise.catch(() => {})
    if (!isCatchingUp) {
      isCatchingUp = true
      void catchUp()
    }
    return lookup.done.promise
  }

  /** Looks up what no list has told: one by one, or by a list when that is less work. */
  async function catchUp(): Promise<void> {
    await ready.promise
    isCatchingUp = false
    if (state === 'missing' || state === 'forbidden') return settle(waiting.splice(0))
    if (waiting.length > mostGets || waiting.some(({ ref }) => !ref)) return following.relist()
    await Promise.all(waiting.splice(0).map(get))
  }

  async function get(lookup: Lookup): Promise<void> {
    try {
      const object =
        lookup.ref && (await deps.kube.get(lookup.ref, stopped.signal, { metadataOnly }))
      if (object) put(object, 'watch')
      settle([lookup])
    } catch (error) {
      lookup.done.reject(error)
    }
  }

  return {
    kind,
    covers: (of) => namespace === undefined || namespace === of,
    keep(next) {
      if (keep === next) return ready.promise
      keep = next
      for (const object of store.values()) {
        const key = refKey(refOf(object))
        if (!isInteresting(key) && !next(object)) release(key)
      }
      return lookUp()
    },
    fetch(ref, isOurs) {
      const key = refKey(ref)
      if (isOurs && isWhole && state === 'synced' && !present.has(key)) known.add(key)
      const news = state === 'synced' ? recent.get(key) : undefined
      if (news && isInteresting(key)) put(news, 'watch')
      return known.has(key) || store.get(key) ? Promise.resolve() : lookUp(ref)
    },
    release(ref) {
      const object = store.get(refKey(ref))
      if (!object || !keep?.(object)) release(refKey(ref))
    },
    get: (ref) => store.get(refKey(ref)),
    values: () => store.values(),
    glimpses: () => [...present.values()].filter((glimpse) => glimpse !== undefined),
    edition: () => edition,
    put,
    remove(ref) {
      forget(refKey(ref))
      const change = store.remove(refKey(ref), undefined)
      if (change) onChange(change, 'write')
    },
    state: () => ({ kind, state, message, ...(namespace === undefined ? {} : { namespace }) }),
    async stop() {
      stopped.abort()
      await following.stop()
      const error = aborted(deps.kube.server, `look up ${kind.plural}`, undefined)
      for (const { done } of [...asked.splice(0), ...waiting.splice(0)]) done.reject(error)
    },
  }
}

interface Lookup {
  /** Absent where a whole list is waited for. */
  ref: ObjectRef | undefined
  done: PromiseWithResolvers<void>
}

/** What is held of an object. */
function slim(object: KubeObject, options: KindCacheOptions): KubeObject {
  const { apiVersion, kind } = object
  const { managedFields, ...rest } = object.metadata
  const metadata = options.keepManagedFields && managedFields ? { ...rest, managedFields } : rest
  return options.metadataOnly ? { apiVersion, kind, metadata } : { ...object, metadata }
}
