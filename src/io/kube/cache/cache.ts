/** What the cluster looks like, kept current by watches; holds only what somebody asked for. */

import { resourceKind } from '../../../known-kinds.ts'
import { type Find, type KubeObject, type ObjectRef, refKey, refOf } from '../../../objects.ts'
import type { ResourceKind } from '../../../resource-kind.ts'
import { createInterests, type Interests } from './interests.ts'
import {
  type CacheDeps,
  createKindCache,
  type Keep,
  type KindCache,
  type KindState,
} from './kind-cache.ts'
import type { StoreChange } from './object-store.ts'

export type { CacheDeps, Keep, KindState } from './kind-cache.ts'

/** Told of each change; `source` is `write` when it came by `put` or `remove`. */
export type ChangeListener = (
  ref: ObjectRef,
  object: KubeObject | undefined,
  previous: KubeObject | undefined,
  source: 'watch' | 'write',
) => void

export interface CacheOptions {
  /** Watch this namespace only; references into others start watches of their own there. */
  namespace?: string
  /** Kinds held as metadata only; ConfigMap and Secret unless told otherwise. */
  isMetadataOnly?: (kind: ResourceKind) => boolean
  /** Hold `metadata.managedFields` as well; they are often half of an object. */
  keepManagedFields?: boolean
  /** For kinds of which something is held of every object: what that is. */
  glimpsesOf?: (kind: ResourceKind) => ((object: KubeObject) => KubeObject) | undefined
}

export interface Cache {
  /**
   * Follows a kind and keeps the objects that `keep` accepts (all, when absent), besides those
   * that somebody is interested in. A later call with another `keep` replaces it and lists again.
   * Resolves when the kind was listed, or turned out to be missing or forbidden.
   */
  want(kind: ResourceKind, options?: { namespace?: string; keep?: Keep }): Promise<void>
  /**
   * Replaces the set of objects that `owner` depends on; [] forgets the owner. Resolves when all
   * of them were looked up; rejects with KubeError when one could not be, and then the next call
   * tries again. Kinds that are missing or forbidden count as looked up: see `states`. Objects that
   * are `isOurs` are made by the owner alone: none of the kind's list is taken for none.
   */
  interest(
    owner: string,
    refs: readonly ObjectRef[],
    isOurs?: (ref: ObjectRef) => boolean,
  ): Promise<void>
  /** The owners that depend on an object. */
  ownersOf(ref: ObjectRef): readonly string[]
  get: Find
  /** The objects held of a kind, of one namespace or of all. */
  list<T extends KubeObject>(kind: ResourceKind, namespace?: string): T[]
  /** Of every object of a kind, also of those that nobody asked for, what `glimpsesOf` leaves. */
  glimpses<T extends KubeObject>(kind: ResourceKind, namespace?: string): T[]
  /**
   * Another number after each change of what is wanted of any object of the kind, or of what
   * `glimpsesOf` leaves of one: what was made of these holds as long as the number stays.
   */
  edition(kind: ResourceKind): number
  /** Takes the answer of a write, unless something newer is there already. */
  put(object: KubeObject): void
  /** Forgets an object that was just deleted. */
  remove(ref: ObjectRef): void
  /** The answer ends the listening. */
  onChange(listener: ChangeListener): () => void
  /** True when everything followed of this kind was listed and is being watched. */
  synced(kind: ResourceKind): boolean
  /** The state of every kind followed, once for each namespace followed. */
  states(): KindState[]
  /** Ends every watch; resolves when none goes on. */
  stop(): Promise<void>
}

/** An empty cache; nothing is requested until something is wanted. */
export function createCache(deps: CacheDeps, options: CacheOptions = {}): Cache {
  const { isMetadataOnly = isSensitive, keepManagedFields = false } = options
  const kinds = new Map<string, readonly KindCache[]>()
  const interests = createInterests()
  const listeners = new Set<ChangeListener>()

  function emit(change: StoreChange, source: 'watch' | 'write'): void {
    const { object, previous } = change
    const subject = object ?? previous
    if (!subject) return
    for (const listener of listeners) {
      try {
        listener(refOf(subject), object, previous, source)
      } catch (error) {
        deps.log.error({ err: error, object: change.key }, 'a change could not be handled')
      }
    }
  }

  /** The part of the cache for a kind in a namespace, started when it is new. */
  function follow(kind: ResourceKind, of: string | undefined): KindCache {
    const isLimited = kind.namespaced && options.namespace
    const namespace = isLimited ? (of ?? options.namespace) : undefined
    const parts = partsOf(kind)
    const existing = parts.find((part) => part.covers(namespace))
    if (existing) return existing
    const created = createKindCache(deps, {
      kind,
      namespace,
      metadataOnly: isMetadataOnly(kind),
      keepManagedFields,
      glimpseOf: options.glimpsesOf?.(kind),
      isInteresting: interests.has,
      onChange: emit,
    })
    kinds.set(kindKey(kind), [...parts, created])
    return created
  }

  function partsOf(kind: { apiVersion: string; kind: string }): readonly KindCache[] {
    return kinds.get(kindKey(kind)) ?? []
  }

  function find(ref: ObjectRef): KindCache | undefined {
    return partsOf(ref).find((part) => part.covers(ref.namespace))
  }

  const all = () => [...kinds.values()].flat()

  return {
    want(kind, { namespace, keep = everything } = {}) {
      return follow(kind, namespace).keep(keep)
    },
    interest: (owner, refs, isOurs = () => false) =>
      lookUp({ interests, owner, refs, isOurs }, { follow, find }),
    ownersOf: (ref) => interests.ownersOf(refKey(ref)),
    // The caller knows which type its reference names.
    get: <T extends KubeObject>(ref: ObjectRef) => find(ref)?.get(ref) as T | undefined,
    list: <T extends KubeObject>(kind: ResourceKind, namespace?: string) =>
      within(
        partsOf(kind).map((part) => part.values() as Iterable<T>),
        namespace,
      ),
    glimpses: <T extends KubeObject>(kind: ResourceKind, namespace?: string) =>
      within(
        partsOf(kind).map((part) => part.glimpses() as Iterable<T>),
        namespace,
      ),
    edition: (kind) => partsOf(kind).reduce((sum, part) => sum + part.edition(), 0),
    put: (object) => find(refOf(object))?.put(object, 'write'),
    remove: (ref) => find(ref)?.remove(ref),
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    synced(kind) {
      const parts = partsOf(kind)
      return parts.length > 0 && parts.every((part) => part.state().state === 'synced')
    },
    states: () => all().map((part) => part.state()),
    async stop() {
      await Promise.all(all().map((part) => part.stop()))
    },
  }
}

const everything: Keep = () => true

function within<T extends KubeObject>(
  parts: readonly Iterable<T>[],
  namespace: string | undefined,
): T[] {
  const found: T[] = []
  for (const part of parts)
    for (const object of part)
      if (namespace === undefined || object.metadata.namespace === namespace) found.push(object)
  return found
}

function kindKey({ apiVersion, kind }: { apiVersion: string; kind: string }): string {
  return `${apiVersion}/${kind}`
}

interface Wanted {
  interests: Interests
  owner: string
  refs: readonly ObjectRef[]
  isOurs: (ref: ObjectRef) => boolean
}

interface Parts {
  follow(kind: ResourceKind, namespace: string | undefined): KindCache
  find(ref: ObjectRef): KindCache | undefined
}

/** Objects nobody depends on any more go at once; those that are new are fetched. */
async function lookUp(
  { interests, owner, refs, isOurs }: Wanted,
  { follow, find }: Parts,
): Promise<void> {
  for (const ref of interests.replace(owner, refs)) find(ref)?.release(ref)
  const results = await Promise.allSettled(
    refs.map((ref) => follow(resourceKind(ref), ref.namespace).fetch(ref, isOurs(ref))),
  )
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

/** Contents of these may be secret or large; they are read when they are needed. */
function isSensitive({ apiVersion, kind }: ResourceKind): boolean {
  return apiVersion === 'v1' && (kind === 'ConfigMap' || kind === 'Secret')
}
