/** Changing objects: PUT, the patches, and server-side apply. */
import {
  ApiError,
  badRequest,
  conflict,
  invalid,
  invalidOptions,
  modified,
  required,
} from '../api-error.ts'
import { carryOver } from '../builtin/carry-over.ts'
import { type Cluster, existing, type Target, timestamp } from '../cluster.ts'
import { copyOf, freeze, isRecord, list, record, same } from '../json.ts'
import { applyPatch } from '../patch/apply.ts'
import { jsonPatch } from '../patch/json-patch.ts'
import { shapeOf } from '../patch/lists.ts'
import { type Entry, encodeEntries, entriesAfterUpdate } from '../patch/managers.ts'
import { mergePatch } from '../patch/merge-patch.ts'
import { strategicMerge } from '../patch/strategic.ts'
import {
  type ApiMetadata,
  type ApiObject,
  apiVersionOf,
  type Resource,
  storageOf,
} from '../resource.ts'
import { create } from './create.ts'
import { removeNow } from './deletion.ts'
import { check, decode, generationAfter, normalize } from './prepare.ts'
import type { PatchOptions, WriteOptions, Written } from './request.ts'
import { fromScale, toScale } from './scale.ts'

/** Replaces an object, or one of its subresources. Throws 400, 404, 409 or 422. */
export function update(
  cluster: Cluster,
  target: Target,
  body: unknown,
  options: WriteOptions,
): Written<ApiObject> {
  const before = existing(cluster, target)
  const { resource } = target
  if (options.subresource === 'scale') {
    const after = fromScale(resource, before, body)
    const { object } = write(cluster, { resource, before, after, options })
    return { object: toScale(resource, object), created: false, warnings: [] }
  }
  const after = decode(resource, body)
  if (!after.metadata.resourceVersion && !resource.unconditionalUpdate)
    // Here the real server names the resource, where it names the kind elsewhere.
    throw invalid({ ...resource, kind: resource.plural }, target.name, [
      {
        field: 'metadata.resourceVersion',
        reason: 'FieldValueInvalid',
        message: 'Invalid value: 0: must be specified for an update',
      },
    ])
  return write(cluster, { resource, before, after, options })
}

/** Patches an object; an apply creates it where there is none. Throws 400, 404, 409, 415 or 422. */
export function patch(
  cluster: Cluster,
  target: Target,
  body: unknown,
  options: PatchOptions,
): Written<ApiObject> {
  const { resource } = target
  if (options.type === 'apply') return apply(cluster, target, body, options)
  if (options.type === 'strategic' && resource.custom)
    throw new ApiError(
      415,
      'UnsupportedMediaType',
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml, application/apply-patch+cbor',
    )
  const before = existing(cluster, target)
  const scaled = options.subresource === 'scale'
  const patched = patchWith[options.type](scaled ? toScale(resource, before) : before, body)
  if (scaled) return update(cluster, target, patched, options)
  return write(cluster, { resource, before, after: decode(resource, patched), options })
}

const patchWith = {
  merge: (target: unknown, body: unknown) => mergePatch(target, body),
  json: jsonPatch,
  strategic: (target: unknown, body: unknown) => strategicMerge(target, body),
}

function apply(
  cluster: Cluster,
  target: Target,
  body: unknown,
  options: PatchOptions,
): Written<ApiObject> {
  const { resource, namespace, name } = target
  if (!options.fieldManager)
    throw invalidOptions('PatchOptions', required('fieldManager', 'is required for apply patch'))
  if (!isRecord(body)) throw badRequest('the request body must be an object')
  if (list(record(body.metadata).managedFields).length > 0)
    throw badRequest('metadata.managedFields must be nil')
  const config = appliedPart(resource, decode(resource, body), options)
  const before = cluster.storage.get(storageOf(resource), namespace, name)
  const writing = {
    by: {
      manager: options.fieldManager,
      operation: 'Apply',
      subresource: options.subresource,
    } as const,
    apiVersion: apiVersionOf(resource),
    time: timestamp(cluster),
    shape: shapeOf(resource),
    force: options.force ?? false,
  }
  const applied = applyPatch(before, config, writing)
  if (!before) {
    if (options.subresource) existing(cluster, target)
    const named = { ...config, metadata: { ...config.metadata, name } }
    return create(cluster, { resource, namespace, body: named, options, entries: applied.entries })
  }
  const after = decode(resource, applied.object)
  return write(cluster, { resource, before, after, options, entries: applied.entries })
}

/** An apply states the status, or everything else; the rest of its configuration has no effect. */
function appliedPart(resource: Resource, config: ApiObject, options: PatchOptions): ApiObject {
  const { status, ...content } = config
  if (!resource.hasStatus) return config
  if (options.subresource !== 'status') return content as ApiObject
  const { apiVersion, kind, metadata } = config
  const { name, namespace, uid, resourceVersion } = metadata
  return copyOf({
    apiVersion,
    kind,
    metadata: { name, namespace, uid, resourceVersion },
    status,
  }) as ApiObject
}

interface Write {
  resource: Resource
  before: ApiObject
  after: ApiObject
  options: WriteOptions
  /** Who owns what, where an apply worked it out. */
  entries?: Entry[]
}

function write(cluster: Cluster, request: Write): Written<ApiObject> {
  const { resource, before, options } = request
  checkIdentity(request)
  const merged = separated(request)
  const { object, warnings } = normalize(resource, merged, options)
  const carried = carryOver(resource, before, object)
  check(resource, carried, before)
  checkFinalizers(resource, before, carried)
  const complete = withMetadata(cluster, request, carried)
  const isUnchanged = same(withoutTimes(before), withoutTimes(complete))
  if (isUnchanged) return { object: before, created: false, warnings }
  if (options.dryRun) return { object: complete, created: false, warnings }
  return { object: store(cluster, resource, complete), created: false, warnings }
}

function store(cluster: Cluster, resource: Resource, object: ApiObject): ApiObject {
  const { deletionTimestamp, finalizers = [], deletionGracePeriodSeconds } = object.metadata
  const waits = finalizers.length > 0 || (deletionGracePeriodSeconds ?? 0) > 0
  if (deletionTimestamp && !waits && resource.plural !== 'namespaces')
    return removeNow(cluster, resource, object)
  const resourceVersion = String(cluster.storage.next())
  const stored = freeze({ ...object, metadata: { ...object.metadata, resourceVersion } })
  cluster.storage.put(storageOf(resource), stored)
  return stored
}

/** The body must be this object, at the version that is stored. */
function checkIdentity({ resource, before, after }: Write): void {
  const { name, namespace, uid, resourceVersion } = after.metadata
  const live = before.metadata
  if (name && name !== live.name)
    throw badRequest(
      `the name of the object (${name}) does not match the name on the URL (${live.name})`,
    )
  if (namespace && namespace !== live.namespace)
    throw badRequest(
      'the namespace of the provided object does not match the namespace sent on the request',
    )
  if (resourceVersion && resourceVersion !== live.resourceVersion)
    throw modified(resource, live.name)
  if (uid && uid !== live.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.uid}`
    throw conflict(resource, live.name, why)
  }
}

/** Status and everything else are written apart from each other. */
function separated({ resource, before, after, options }: Write): ApiObject {
  if (options.subresource !== 'status') {
    if (!resource.hasStatus) return after
    const { status: _, ...rest } = after
    return { ...rest, ...('status' in before && { status: before.status }) } as ApiObject
  }
  const { status } = after
  const kept = { ...before, status } as ApiObject
  if (status === undefined) delete kept.status
  if (resource.custom) return kept
  const { labels: _, ...metadata } = after.metadata
  const { labels } = before.metadata
  return { ...kept, metadata: { ...metadata, ...(labels && { labels }) } }
}

function checkFinalizers(resource: Resource, before: ApiObject, after: ApiObject): void {
  if (!before.metadata.deletionTimestamp) return
  const known = before.metadata.finalizers ?? []
  const added = (after.metadata.finalizers ?? []).filter((one) => !known.includes(one))
  if (added.length === 0) return
  const why = 'Forbidden: no new finalizers can be added if the object is being deleted'
  const names = added.map((one) => JSON.stringify(one)).join(', ')
  const message = `${why}, found new finalizers []string{${names}}`
  const error = { ...required('metadata.finalizers'), reason: 'FieldValueForbidden', message }
  throw invalid(resource, before.metadata.name, [error])
}

const fromBefore: readonly string[] = [
  'name',
  'namespace',
  'generateName',
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
]

function withMetadata(cluster: Cluster, request: Write, object: ApiObject): ApiObject {
  const { resource, before, after, options } = request
  const complete: ApiObject = { ...object, metadata: metadataAfter(request, object) }
  const by = {
    manager: options.fieldManager ?? 'unknown',
    operation: 'Update',
    subresource: options.subresource,
  } as const
  const entries =
    request.entries ??
    entriesAfterUpdate(before, complete, {
      by,
      apiVersion: apiVersionOf(resource),
      time: timestamp(cluster),
      shape: shapeOf(resource),
    })
  const wasReset = after.metadata.managedFields?.every((entry) => Object.keys(entry).length === 0)
  const managedFields = wasReset && before.metadata.managedFields ? [] : encodeEntries(entries)
  const { managedFields: _, ...metadata } = complete.metadata
  return {
    ...complete,
    metadata: managedFields.length > 0 ? { ...metadata, managedFields } : metadata,
  }
}

/** What the client may change is as it says, all else as it was; the order of the fields stays. */
function metadataAfter({ resource, before }: Write, object: ApiObject): ApiMetadata {
  const isKept = (field: string): boolean => fromBefore.includes(field)
  const live = Object.entries(before.metadata).filter(
    ([field, value]) => isKept(field) && value !== undefined,
  )
  const kept = Object.fromEntries(live)
  const given = Object.entries(object.metadata).filter(
    ([field]) => !isKept(field) || Object.hasOwn(kept, field),
  )
  const metadata = { ...Object.fromEntries(given), ...kept, name: before.metadata.name }
  return resource.generation === 'none'
    ? metadata
    : { ...metadata, generation: generationAfter(resource, before, object) }
}

/** For comparing: times of managed fields change with every write, and mean nothing alone. */
function withoutTimes(object: ApiObject): unknown {
  const managedFields = (object.metadata.managedFields ?? []).map(({ time: _, ...entry }) => entry)
  return { ...object, metadata: { ...object.metadata, managedFields } }
}
