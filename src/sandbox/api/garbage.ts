/** The garbage collector and the namespace controller: what must go when something else is gone. */
import type { Cluster } from './cluster.ts'
import { freeze } from './json.ts'
import { type ApiObject, keyOf, storageOf } from './resource.ts'
import type { Change } from './storage.ts'
import { remove, removeNow } from './writing/deletion.ts'

/** Watches the storage and collects at once; gives the function that ends it. */
export function collectGarbage(cluster: Cluster): () => void {
  const dependents = new Map<string, Map<string, { storage: string; object: ApiObject }>>()

  function index({ type, storage, object, previous }: Change): void {
    const id = `${storage} ${keyOf(object.metadata.namespace, object.metadata.name)}`
    for (const { uid } of previous?.metadata.ownerReferences ?? []) {
      dependents.get(uid)?.delete(id)
      if (dependents.get(uid)?.size === 0) dependents.delete(uid)
    }
    if (type === 'DELETED') return
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const known = dependents.get(uid) ?? new Map()
      dependents.set(uid, known.set(id, { storage, object }))
    }
  }

  const below = (uid: string) => [...(dependents.get(uid)?.values() ?? [])]

  return cluster.storage.subscribe((change) => {
    index(change)
    const { object, type } = change
    if (type === 'DELETED') afterRemoval(cluster, object, below)
    else if (type === 'ADDED') collect(cluster, change)
    if (type !== 'DELETED' && object.metadata.deletionTimestamp)
      whileDeleting(cluster, change, below)
  })
}

function afterRemoval(cluster: Cluster, object: ApiObject, below: Below): void {
  const { uid = '', namespace } = object.metadata
  for (const dependent of below(uid)) collect(cluster, dependent)
  if (namespace !== undefined) finishNamespace(cluster, namespace)
  finishForeground(cluster, object, below)
}

function whileDeleting(cluster: Cluster, change: Change, below: Below): void {
  const { uid = '', name, finalizers = [] } = change.object.metadata
  if (finalizers.includes('orphan')) orphan(cluster, change, below(uid))
  if (finalizers.includes('foregroundDeletion'))
    for (const { storage, object } of below(uid)) deleteOne(cluster, storage, object)
  if (change.storage === '/namespaces') emptyNamespace(cluster, name)
}

interface Stored {
  storage: string
  object: ApiObject
}

/** What an owner, by its uid, has below it. */
type Below = (uid: string) => Stored[]

/** Deletes an object none of whose owners is left; else drops the references to the lost ones. */
function collect(cluster: Cluster, { storage, object }: Stored): void {
  const current = cluster.storage.get(storage, object.metadata.namespace, object.metadata.name)
  const owners = current?.metadata.ownerReferences ?? []
  if (!current || current.metadata.uid !== object.metadata.uid || owners.length === 0) return
  const left = owners.filter(({ uid }) => cluster.storage.byUid(uid))
  if (left.length === owners.length) return
  if (left.length === 0) deleteOne(cluster, storage, current)
  else
    put(cluster, storage, { ...current, metadata: { ...current.metadata, ownerReferences: left } })
}

function deleteOne(cluster: Cluster, storage: string, { metadata }: ApiObject): void {
  const resource = cluster.registry.inStorage(storage)
  const { namespace, name } = metadata
  if (!resource || !cluster.storage.get(storage, namespace, name)) return
  remove(cluster, { resource, namespace, name }, { propagationPolicy: 'Background' })
}

function put({ storage: stored }: Cluster, storage: string, object: ApiObject): void {
  const resourceVersion = String(stored.next())
  stored.put(storage, freeze({ ...object, metadata: { ...object.metadata, resourceVersion } }))
}

function orphan(cluster: Cluster, { storage, object }: Stored, dependents: Stored[]): void {
  for (const dependent of dependents) {
    const { ownerReferences = [], ...metadata } = dependent.object.metadata
    const others = ownerReferences.filter(({ uid }) => uid !== object.metadata.uid)
    put(cluster, dependent.storage, {
      ...dependent.object,
      metadata: { ...metadata, ...(others.length > 0 && { ownerReferences: others }) },
    })
  }
  release(cluster, storage, object, 'orphan')
}

/** Takes one finalizer away, and the object with the last one. */
function release(cluster: Cluster, storage: string, object: ApiObject, finalizer: string): void {
  const { namespace, name } = object.metadata
  const current = cluster.storage.get(storage, namespace, name)
  const resource = cluster.registry.inStorage(storage)
  if (!current?.metadata.finalizers?.includes(finalizer) || !resource) return
  const { finalizers = [], ...metadata } = current.metadata
  const left = finalizers.filter((one) => one !== finalizer)
  if (left.length === 0) removeNow(cluster, resource, { ...current, metadata })
  else put(cluster, storage, { ...current, metadata: { ...metadata, finalizers: left } })
}

/** An owner that waits for its dependents goes with the last of them. */
function finishForeground(
  cluster: Cluster,
  gone: ApiObject,
  below: (uid: string) => Stored[],
): void {
  for (const { uid } of gone.metadata.ownerReferences ?? []) {
    const owner = cluster.storage.byUid(uid)
    if (!owner?.object.metadata.deletionTimestamp || below(uid).length > 0) continue
    release(cluster, owner.storage, owner.object, 'foregroundDeletion')
  }
}

function contents({ storage, registry }: Cluster, namespace: string): Stored[] {
  const resources = storage.storages().filter((one) => registry.inStorage(one)?.namespaced)
  return resources.flatMap((one) =>
    storage
      .list(one)
      .filter((object) => object.metadata.namespace === namespace)
      .map((object) => ({ storage: one, object })),
  )
}

function emptyNamespace(cluster: Cluster, namespace: string): void {
  for (const { storage, object } of contents(cluster, namespace))
    if (!object.metadata.deletionTimestamp) deleteOne(cluster, storage, object)
  finishNamespace(cluster, namespace)
}

function finishNamespace(cluster: Cluster, name: string): void {
  const namespace = cluster.storage.get('/namespaces', undefined, name)
  if (!namespace?.metadata.deletionTimestamp || contents(cluster, name).length > 0) return
  const resource = cluster.registry.inStorage(storageOf({ group: '', plural: 'namespaces' }))
  if (resource && (namespace.metadata.finalizers ?? []).length === 0)
    removeNow(cluster, resource, namespace)
}
