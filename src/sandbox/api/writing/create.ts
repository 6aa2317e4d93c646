/** Creating objects. */
import { alreadyExists, badRequest, notFound } from '../api-error.ts'
import { allocate, initialize } from '../builtin/initialize.ts'
import { type Cluster, timestamp } from '../cluster.ts'
import { freeze, withAt } from '../json.ts'
import { shapeOf } from '../patch/lists.ts'
import { type Entry, encodeEntries, entriesAfterUpdate } from '../patch/managers.ts'
import { type ApiObject, apiVersionOf, type Resource, storageOf } from '../resource.ts'
import { check, decode, normalize, terminating } from './prepare.ts'
import type { WriteOptions, Written } from './request.ts'

export interface CreateRequest {
  resource: Resource
  /** The namespace of the URL. */
  namespace: string | undefined
  body: unknown
  options: WriteOptions
  /** Who owns which fields, when an apply creates the object. */
  entries?: Entry[]
}

/** Stores a new object. Throws 400, 404 for an unknown namespace, 409 or 422. */
export function create(cluster: Cluster, request: CreateRequest): Written<ApiObject> {
  const { resource, options } = request
  const named = withName(
    cluster,
    withNamespace(resource, decode(resource, request.body), request.namespace),
  )
  const { name, namespace, resourceVersion } = named.metadata
  if (resourceVersion)
    throw badRequest('resourceVersion should not be set on objects to be created')
  requireNamespace(cluster, resource, named)
  const present = name && cluster.storage.get(storageOf(resource), namespace, name)
  if (present) throw alreadyExists(resource, name, present.metadata.deletionTimestamp !== undefined)

  const fresh = withSystemMetadata(cluster, resource, named)
  const { object: normalized, warnings } = normalize(resource, initialize(resource, fresh), options)
  const allocated = allocate(cluster, resource, normalized)
  check(resource, allocated)
  const managed = withManagers(cluster, { normalized, allocated, request })
  const object = freeze(managed)
  if (options.dryRun) return { object, created: true, warnings }
  const created = versioned(cluster, object)
  cluster.storage.put(storageOf(resource), created)
  const stored = cluster.storage.get(storageOf(resource), namespace, object.metadata.name)
  // Collected by now where its owner is gone: the answer then has the version that it had.
  return { object: stored ?? created, created: true, warnings }
}

function versioned({ storage }: Cluster, object: ApiObject): ApiObject {
  const resourceVersion = String(storage.next())
  return freeze({ ...object, metadata: { ...object.metadata, resourceVersion } })
}

function withNamespace(resource: Resource, object: ApiObject, namespace?: string): ApiObject {
  const given = object.metadata.namespace
  if (!resource.namespaced) {
    const { namespace: _, ...metadata } = object.metadata
    return { ...object, metadata }
  }
  if (given && namespace && given !== namespace)
    throw badRequest(
      'the namespace of the provided object does not match the namespace sent on the request',
    )
  return withAt(object, ['metadata', 'namespace'], namespace ?? given) as ApiObject
}

function withName({ uuid }: Cluster, object: ApiObject): ApiObject {
  const { name, generateName } = object.metadata
  if (name || !generateName) return object
  // The letters of the real server: none that could form words or look like another.
  const letters = 'bcdfghjklmnpqrstvwxz2456789'
  const random = uuid().replaceAll('-', '')
  const ending = [0, 2, 4, 6, 8].map((at) => {
    const byte = Number.parseInt(random.slice(at, at + 2), 16)
    return letters[byte % letters.length]
  })
  return withAt(object, ['metadata', 'name'], `${generateName}${ending.join('')}`) as ApiObject
}

function requireNamespace({ storage }: Cluster, resource: Resource, object: ApiObject): void {
  const { namespace, name } = object.metadata
  if (!resource.namespaced) return
  if (!namespace) throw badRequest('an empty namespace may not be set during creation')
  const found = storage.get('/namespaces', undefined, namespace)
  if (!found) throw notFound({ group: '', plural: 'namespaces', kind: 'Namespace' }, namespace)
  if (found.metadata.deletionTimestamp) throw terminating(resource, name, namespace)
}

function withSystemMetadata(cluster: Cluster, resource: Resource, object: ApiObject): ApiObject {
  const {
    deletionTimestamp: _,
    managedFields: __,
    generation: ___,
    resourceVersion: ____,
    ...metadata
  } = object.metadata
  return {
    ...object,
    metadata: {
      ...metadata,
      name: metadata.name ?? '',
      uid: cluster.uuid(),
      ...(resource.generation !== 'none' && { generation: 1 }),
      creationTimestamp: timestamp(cluster),
    },
  }
}

interface Creating {
  /** With defaults, and without what the server itself allocates: the creator owns these fields. */
  normalized: ApiObject
  allocated: ApiObject
  request: CreateRequest
}

function withManagers(cluster: Cluster, { normalized, allocated, request }: Creating): ApiObject {
  const { resource, options, entries } = request
  const by = { manager: options.fieldManager ?? 'unknown', operation: 'Update' } as const
  const { status, ...content } = normalized
  const written = (resource.hasStatus ? content : { ...content, status }) as ApiObject
  const found =
    entries ??
    entriesAfterUpdate(undefined, written, {
      by,
      apiVersion: apiVersionOf(resource),
      time: timestamp(cluster),
      shape: shapeOf(resource),
    })
  const managedFields = encodeEntries(found)
  if (managedFields.length === 0) return allocated
  return { ...allocated, metadata: { ...allocated.metadata, managedFields } }
}
