/** In-process access to the objects of the server, by the same rules as over HTTP. */
import type { KubeObject, ObjectRef } from '../../objects.ts'
import { refOf } from '../../objects.ts'
import { pathNotFound } from './api-error.ts'
import { type Cluster, inVersion, type Target } from './cluster.ts'
import { copyOf } from './json.ts'
import { type ApiObject, type Resource, storageOf } from './resource.ts'
import { fieldTest, labelTest } from './selectors.ts'
import { create } from './writing/create.ts'
import { remove } from './writing/deletion.ts'
import type { DeleteOptions, PatchOptions, WriteOptions } from './writing/request.ts'
import { patch, update } from './writing/update.ts'

export interface StoreEvent {
  type: 'ADDED' | 'MODIFIED' | 'DELETED'
  object: KubeObject
  /** The object before the change; absent for ADDED. */
  previous?: KubeObject
}

export interface Filter {
  namespace?: string
  labelSelector?: string
  fieldSelector?: string
}

/**
 * Every method is synchronous and refuses with `ApiError`. Objects handed out are frozen: copy one
 * (`structuredClone`) before changing it, or use `modify`.
 */
export interface Store {
  /** The resourceVersion of the last change. */
  version(): string
  /** Whether the server has the kind. */
  serves(kind: { apiVersion: string; kind: string }): boolean
  get<T extends KubeObject>(ref: ObjectRef): T | undefined
  list<T extends KubeObject>(kind: { apiVersion: string; kind: string }, filter?: Filter): T[]
  create<T extends KubeObject>(object: T, options?: WriteOptions): T
  /** Replaces an object; its resourceVersion, where given, must be the stored one. */
  update<T extends KubeObject>(object: T, options?: WriteOptions): T
  /** Reads, lets `change` edit a copy, and writes it; undefined when there is no such object. */
  modify<T extends KubeObject>(
    ref: ObjectRef,
    change: (draft: T) => void,
    options?: WriteOptions,
  ): T | undefined
  patch<T extends KubeObject>(ref: ObjectRef, body: unknown, options: PatchOptions): T
  /** True when it was there; finalizers may still hold it. */
  delete(ref: ObjectRef, options?: DeleteOptions): boolean
  /** Calls the listener after each change, in order; gives the function that ends it. */
  watch(listener: (event: StoreEvent) => void): () => void
  /** Forgets the history: watches and continued lists of older versions answer 410. */
  compact(): void
}

const inProcess = { fieldManager: 'cluster' }

/** What it writes has the field manager `cluster` unless the options name another. */
export function createStore(cluster: Cluster): Store {
  const { storage } = cluster

  function targetOf(ref: ObjectRef): Target {
    const resource = resourceOf(cluster, ref)
    const namespace = resource.namespaced ? ref.namespace : undefined
    return { resource, namespace, name: ref.name }
  }

  function get<T extends KubeObject>(ref: ObjectRef): T | undefined {
    const { resource, namespace, name } = targetOf(ref)
    const found = storage.get(storageOf(resource), namespace, name)
    return found && handOut<T>(inVersion(resource, found))
  }

  const store: Store = {
    version: () => String(storage.version()),
    serves: ({ apiVersion, kind }) => cluster.registry.ofKind(apiVersion, kind) !== undefined,
    get,
    list<T extends KubeObject>(kind: { apiVersion: string; kind: string }, filter: Filter = {}) {
      const resource = resourceOf(cluster, kind)
      return storage
        .list(storageOf(resource))
        .filter(matches(resource, filter))
        .map((object) => handOut<T>(inVersion(resource, object)))
    },
    create<T extends KubeObject>(object: T, options: WriteOptions = {}) {
      const { resource, namespace } = targetOf(refOf(object))
      const body = copyOf(object)
      const written = create(cluster, {
        resource,
        namespace,
        body,
        options: { ...inProcess, ...options },
      })
      return handOut<T>(written.object)
    },
    update<T extends KubeObject>(object: T, options: WriteOptions = {}) {
      const target = targetOf(refOf(object))
      const given = copyOf(object)
      // In process nothing can come between reading and writing, so a version may be left out.
      const resourceVersion =
        given.metadata.resourceVersion ?? get(refOf(object))?.metadata.resourceVersion
      const metadata = { ...given.metadata, ...(resourceVersion && { resourceVersion }) }
      const written = update(cluster, target, { ...given, metadata }, { ...inProcess, ...options })
      return handOut<T>(written.object)
    },
    modify<T extends KubeObject>(
      ref: ObjectRef,
      change: (draft: T) => void,
      options?: WriteOptions,
    ) {
      const found = get<T>(ref)
      if (!found) return undefined
      const draft = copyOf(found)
      change(draft)
      return store.update(draft, options)
    },
    patch<T extends KubeObject>(ref: ObjectRef, body: unknown, options: PatchOptions) {
      const written = patch(cluster, targetOf(ref), copyOf(body), { ...inProcess, ...options })
      return handOut<T>(written.object)
    },
    delete(ref, options = {}) {
      if (!get(ref)) return false
      remove(cluster, targetOf(ref), options)
      return true
    },
    watch: (listener) =>
      storage.subscribe(({ type, object, previous }) => {
        listener({ type, object, ...(previous && { previous }) })
      }),
    compact: () => storage.compact(),
  }
  return store
}

/** A test for objects in a namespace that match the selectors. Throws 400 for bad selectors. */
export function matches(resource: Resource, filter: Filter): (object: ApiObject) => boolean {
  const { namespace, labelSelector, fieldSelector } = filter
  const byLabel = labelSelector ? labelTest(labelSelector) : undefined
  const byField = fieldSelector ? fieldTest(fieldSelector, storageOf(resource)) : undefined
  return (object) =>
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (byLabel?.(object) ?? true) &&
    (byField?.(object) ?? true)
}

function resourceOf({ registry }: Cluster, of: { apiVersion: string; kind: string }): Resource {
  const resource = registry.ofKind(of.apiVersion, of.kind)
  if (!resource || resource.review) throw pathNotFound()
  return resource
}

// The one place where stored JSON takes the type that the caller names.
function handOut<T extends KubeObject>(object: KubeObject): T {
  return object as T
}
