/** Writes to the API server: idempotent, skipped when nothing differs, never over other's work. */

import { isDeepStrictEqual } from 'node:util'
import type { Cache } from '../../src/io/kube/cache/cache.ts'
import type { Kube } from '../../src/io/kube/kube.ts'
import { putLatest } from '../../src/latest.ts'
import type { KubeObject, ObjectRef } from '../../src/objects.ts'
import { refKey, refOf } from '../../src/objects.ts'
import { forgotten, unanswered } from '../../src/writes/brake.ts'
import type { Field } from '../../src/writes/fields.ts'
import { ourManager } from '../../src/writes/managers.ts'
import { type Contents, isContentKind } from '../observe/contents.ts'
import type { Deps, Memory } from '../process/deps.ts'
import type { Snapshot } from '../tick/scene.ts'
import { mayMake, uncontested } from './contest.ts'
import { isOpen, storedAnyway } from './find-out.ts'

/** What a writer uses of all that the controller has. */
export interface WriterDeps extends Pick<Deps, 'clock' | 'signal' | 'wrote'> {
  kube: Pick<Kube, 'create' | 'delete' | 'get' | 'patch' | 'replace'>
  cache: Pick<Cache, 'put' | 'remove'>
  contents: Pick<Contents, 'put'>
}

export interface Writer {
  /**
   * Creates or replaces, where the object differs from what was seen; tells whether it did.
   * Fields that somebody else sets back again and again are left out; where one of them is
   * critical, nothing is written, and it rejects with InvalidSpecError.
   */
  apply(object: KubeObject, isCritical?: (field: Field) => boolean): Promise<boolean>
  /** Writes the status alone; the answer is the object as it is now. */
  status<T extends KubeObject>(object: T): Promise<T>
  /** A merge patch (RFC 7386) that names the resourceVersion; the answer is the object as it is now. */
  patch<T extends KubeObject>(ref: ObjectRef, body: unknown): Promise<T>
  /** Deletes the object that was seen, by its uid; does nothing where none was. */
  remove(ref: ObjectRef): Promise<void>
}

/**
 * A writer for one tick. Every write carries the resourceVersion that the decision was taken on,
 * so that somebody else's change in between is a conflict (KubeError 409) and not lost.
 */
export function createWriter(
  deps: WriterDeps,
  snapshot: Snapshot,
  memory: Memory,
  say: (warning: string) => void = () => {},
): Writer {
  const { kube, cache, contents, signal } = deps
  const options = { fieldManager: ourManager, signal }

  function take<T extends KubeObject>(object: T): T {
    // A step of several writes gets on, though each took several tries: no reason to slow down.
    const before = snapshot.find(refOf(object))?.metadata.resourceVersion
    if (before !== object.metadata.resourceVersion) memory.failures = 0
    snapshot.put(object)
    deps.wrote(object)
    cache.put(object)
    if (isContentKind(object)) contents.put(object)
    return object
  }

  async function make(wanted: KubeObject, isCritical: (field: Field) => boolean): Promise<boolean> {
    const { tried } = memory
    if (!mayMake({ deps, memory, say }, { wanted, isCritical })) return false
    const made = kube.create(wanted, options).catch((error: unknown) => {
      memory.tried = tried
      throw error
    })
    take(await made)
    return true
  }

  return {
    async apply(whole, isCritical = () => false) {
      const found = snapshot.find(refOf(whole))
      if (!found) return make(whole, isCritical)
      if (isDeepStrictEqual(found, whole) || isSettled(memory, found, whole)) return false
      const { tried } = memory
      const object = await uncontested({ deps, memory, say }, { found, wanted: whole, isCritical })
      if (isDeepStrictEqual(found, object)) return false
      const stored = await kube.replace(object, options).catch((error: unknown) => {
        // What was refused, as for a conflict, was no attempt that somebody undid.
        memory.tried = isOpen(error) ? unanswered(tried, memory.tried, refKey(refOf(found))) : tried
        throw error
      })
      const written = take(stored)
      if (written.metadata.resourceVersion === found.metadata.resourceVersion)
        remember(memory, written, whole)
      return true
    },
    async status<T extends KubeObject>(sent: T) {
      const seen = snapshot.find(refOf(sent))
      const written = kube.replace(sent, { ...options, subresource: 'status' })
      return take(await written.catch((error) => storedAnyway<T>(error, { sent, seen }, deps)))
    },
    patch: async <T extends KubeObject>(ref: ObjectRef, body: unknown) =>
      take(await kube.patch<T>(ref, body, { ...options, type: 'merge' })),
    async remove(ref) {
      const found = snapshot.find(ref)
      if (!found) return
      const { uid } = found.metadata
      await kube.delete(ref, { ...(uid !== undefined && { uid }), signal })
      memory.tried = forgotten(memory.tried, refKey(ref))
      snapshot.remove(ref)
      cache.remove(ref)
    },
  }
}

/**
 * The server took this write for no change at all, for instance because it sets a default that we
 * leave out: to write it again would change nothing either.
 */
function isSettled({ settled }: Memory, found: KubeObject, wanted: KubeObject): boolean {
  const known = settled.get(refKey(refOf(found)))
  return (
    known !== undefined &&
    known.resourceVersion === found.metadata.resourceVersion &&
    known.wanted === JSON.stringify(wanted)
  )
}

/** More than a canary has, whatever its objects were called before. */
const mostSettled = 50

function remember({ settled }: Memory, written: KubeObject, wanted: KubeObject): void {
  const { resourceVersion = '' } = written.metadata
  const entry = { resourceVersion, wanted: JSON.stringify(wanted) }
  putLatest(settled, refKey(refOf(written)), entry, mostSettled)
}

/** A writer that touches nothing, and says what it would have done. */
export function createDryWriter({ log }: Pick<Deps, 'log'>, snapshot: Snapshot): Writer {
  const said = (verb: string, ref: ObjectRef) =>
    log.info({ verb, kind: ref.kind, name: ref.name, namespace: ref.namespace }, 'dry run')
  return {
    async apply(object) {
      const found = snapshot.find(refOf(object))
      if (found && isDeepStrictEqual(found, object)) return false
      said(found ? 'update' : 'create', refOf(object))
      return true
    },
    async status(object) {
      said('update status', refOf(object))
      return object
    },
    async patch<T extends KubeObject>(ref: ObjectRef) {
      said('patch', ref)
      // The object is only looked at, and it is in the snapshot: it is what was decided on.
      return snapshot.find<T>(ref) as T
    },
    async remove(ref) {
      if (snapshot.find(ref)) said('delete', ref)
    },
  }
}
