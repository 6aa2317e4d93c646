/** The port through which everything talks to an API server; `client.ts` is its one adapter. */

import type { KubeObject, ObjectRef } from '../../objects.ts'
import type { ResourceKind } from '../../resource-kind.ts'

export interface ListOptions {
  /** Absent lists every namespace. */
  namespace?: string
  labelSelector?: string
  fieldSelector?: string
  limit?: number
  continue?: string
  resourceVersion?: string
  /** Ask for metadata only (PartialObjectMetadata); contents never travel. */
  metadataOnly?: boolean
  signal?: AbortSignal
}

export interface ListAnswer<T extends KubeObject> {
  items: T[]
  resourceVersion: string
  continue?: string
}

export interface WatchOptions extends ListOptions {
  resourceVersion: string
  timeoutSeconds?: number
  /** Reject (status 0, reason `Timeout`) after this long without a word from the server. */
  idleTimeoutMs?: number
  /** Called when the server has taken the watch, before any event. */
  onOpen?: () => void
}

export interface GetOptions {
  /** Ask for metadata only; the answer has nothing but apiVersion, kind and metadata. */
  metadataOnly?: boolean
}

export type WatchEvent<T extends KubeObject> =
  | { type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: T }
  | { type: 'BOOKMARK'; object: T }

export interface WriteOptions {
  subresource?: 'status' | 'scale'
  dryRun?: boolean
  fieldManager?: string
  signal?: AbortSignal
}

export interface PatchOptions extends WriteOptions {
  type?: 'merge' | 'strategic' | 'json' | 'apply'
  force?: boolean
}

/**
 * One API server. Every method rejects with KubeError when the server refuses or does not answer;
 * only `get` and `delete` take "not found" for an answer.
 */
export interface Kube {
  /** The object, or undefined when there is none. */
  get<T extends KubeObject>(
    ref: ObjectRef,
    signal?: AbortSignal,
    options?: GetOptions,
  ): Promise<T | undefined>
  list<T extends KubeObject>(kind: ResourceKind, options?: ListOptions): Promise<ListAnswer<T>>
  /** Yields until the server closes the stream; a 410 rejects with a KubeError of status 410. */
  watch<T extends KubeObject>(
    kind: ResourceKind,
    options: WatchOptions,
  ): AsyncIterable<WatchEvent<T>>
  create<T extends KubeObject>(object: T, options?: WriteOptions): Promise<T>
  /** Writes the whole object; its resourceVersion makes a lost update a conflict (409). */
  replace<T extends KubeObject>(object: T, options?: WriteOptions): Promise<T>
  patch<T extends KubeObject>(ref: ObjectRef, body: unknown, options?: PatchOptions): Promise<T>
  /** True when it was there. With `uid`, another object of the same name is left alone (409). */
  delete(ref: ObjectRef, options?: { uid?: string; signal?: AbortSignal }): Promise<boolean>
  /** Any other request, such as GET /version or a self subject access review. */
  raw(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<unknown>
  /** The address in use, for messages. */
  readonly server: string
}
