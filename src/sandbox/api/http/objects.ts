/** Answers requests for objects: the verbs of one resource. */
import {
  ApiError,
  badRequest,
  invalidOptions,
  methodNotAllowed,
  pathNotFound,
  unsupported,
} from '../api-error.ts'
import { type Cluster, existing, type Target } from '../cluster.ts'
import { isRecord, type Json, record, text } from '../json.ts'
import { type ApiObject, apiVersionOf, type Resource, storageOf } from '../resource.ts'
import { create } from '../writing/create.ts'
import { remove } from '../writing/deletion.ts'
import type { DeleteOptions, WriteOptions, Written } from '../writing/request.ts'
import { toScale } from '../writing/scale.ts'
import { patch, update } from '../writing/update.ts'
import { filterOf, type ListAnswer, list } from './list.ts'
import { patchType } from './media.ts'
import type { RequestInfo } from './request-info.ts'

export interface ObjectRequest {
  resource: Resource
  info: RequestInfo
  body: unknown
  contentType: string | undefined
  userAgent: string
}

export type Answer =
  | { kind: 'object'; status: number; object: ApiObject; warnings: string[] }
  | { kind: 'list'; list: ListAnswer }
  | { kind: 'status'; status: number; body: Json }

/** Runs any verb but watch. Throws ApiError for everything that it refuses. */
export function answerObjects(cluster: Cluster, request: ObjectRequest): Answer {
  const { resource, info } = request
  checkSubresource(resource, info)
  const { verb, namespace, query } = info
  if (verb === 'list') {
    return {
      kind: 'list',
      list: list(cluster, resource, { filter: filterOf(query, namespace), query }),
    }
  }
  if (verb === 'create') return answerCreate(cluster, request)
  if (verb === 'deletecollection') return answerDeleteCollection(cluster, request)
  const target = targetOf(request)
  if (verb === 'get') return shown(200, answerGet(cluster, target, info))
  if (verb === 'delete') return answerDelete(cluster, target, deleteOptions(request))
  const options = writeOptions(request)
  const written =
    verb === 'update'
      ? update(cluster, target, request.body, options)
      : patch(cluster, target, request.body, {
          ...options,
          type: patchType(request.contentType),
          force: info.query.get('force') === 'true',
        })
  return answerWritten(written)
}

function answerWritten({ object, created, warnings }: Written<ApiObject>): Answer {
  return { kind: 'object', status: created ? 201 : 200, object, warnings }
}

function shown(status: number, object: ApiObject): Answer {
  return { kind: 'object', status, object, warnings: [] }
}

function targetOf({ resource, info }: ObjectRequest): Target {
  const { namespace, name } = info
  if (!name) throw methodNotAllowed()
  if (resource.namespaced && namespace === undefined) throw pathNotFound()
  return { resource, namespace: resource.namespaced ? namespace : undefined, name }
}

function checkSubresource(resource: Resource, { subresource, verb }: RequestInfo): void {
  if (subresource === undefined) return
  if (subresource === 'status' && resource.hasStatus && verb !== 'delete') return
  if (subresource === 'scale' && resource.scale && verb !== 'delete') return
  if (subresource === 'finalize' && resource.plural === 'namespaces') return
  if (subresource === 'log' && resource.plural === 'pods')
    throw new ApiError(501, 'NotImplemented', 'this server runs no containers, and keeps no logs')
  throw pathNotFound()
}

function answerGet(cluster: Cluster, target: Target, { subresource }: RequestInfo): ApiObject {
  const found = existing(cluster, target)
  return subresource === 'scale' ? toScale(target.resource, found) : found
}

function answerCreate(cluster: Cluster, request: ObjectRequest): Answer {
  const { resource, info, body } = request
  if (info.name) throw methodNotAllowed()
  if (resource.namespaced && info.namespace === undefined) throw methodNotAllowed()
  const options = writeOptions(request)
  return answerWritten(create(cluster, { resource, namespace: info.namespace, body, options }))
}

function answerDelete(cluster: Cluster, target: Target, options: DeleteOptions): Answer {
  const { object, gone } = remove(cluster, target, options)
  if (!gone) return shown(200, object)
  const { resource, name } = target
  const details = {
    name,
    ...(resource.group && { group: resource.group }),
    kind: resource.plural,
    uid: object.metadata.uid,
  }
  const body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details }
  return { kind: 'status', status: 200, body }
}

function answerDeleteCollection(cluster: Cluster, request: ObjectRequest): Answer {
  const { resource, info } = request
  if (resource.namespaced && info.namespace === undefined) throw methodNotAllowed()
  const filter = filterOf(info.query, info.namespace)
  const found = list(cluster, resource, { filter, query: new URLSearchParams() })
  const options = deleteOptions(request)
  for (const { metadata } of found.items) {
    const { namespace, name } = metadata
    // Collecting dependents may already have taken it.
    if (cluster.storage.get(storageOf(resource), namespace, name))
      remove(cluster, { resource, namespace, name }, options)
  }
  return { kind: 'list', list: found }
}

function isDryRun(query: URLSearchParams, body?: unknown): boolean {
  const given = query.getAll('dryRun')
  const inBody = record(body).dryRun
  const all = [...given, ...(Array.isArray(inBody) ? inBody : [])]
  const unknown = all.find((one) => one !== 'All')
  if (unknown !== undefined)
    throw invalidOptions('CreateOptions', unsupported('dryRun', [unknown], ['All']))
  return all.length > 0
}

function writeOptions({ info, userAgent, contentType }: ObjectRequest): WriteOptions {
  const { query, subresource } = info
  const validation = query.get('fieldValidation') || 'Warn'
  if (validation !== 'Ignore' && validation !== 'Warn' && validation !== 'Strict')
    throw badRequest(`fieldValidation: Unsupported value: "${validation}"`)
  const isApply = info.verb === 'patch' && patchType(contentType) === 'apply'
  const fallback = userAgent.split('/')[0] || 'unknown'
  return {
    dryRun: isDryRun(query),
    fieldManager: query.get('fieldManager') || (isApply ? undefined : fallback),
    fieldValidation: validation,
    ...(subresource === 'status' && { subresource }),
    ...(subresource === 'scale' && { subresource }),
  }
}

function deleteOptions({ info, body }: ObjectRequest): DeleteOptions {
  const given = record(body)
  const preconditions = record(given.preconditions)
  const policy = info.query.get('propagationPolicy') ?? text(given.propagationPolicy)
  if (policy !== undefined && !isPolicy(policy))
    throw badRequest(`propagationPolicy: Unsupported value: "${policy}"`)
  const grace = info.query.get('gracePeriodSeconds') ?? given.gracePeriodSeconds
  return {
    dryRun: isDryRun(info.query, body),
    uid: text(preconditions.uid),
    resourceVersion: text(preconditions.resourceVersion),
    propagationPolicy: policy,
    ...(grace !== undefined && grace !== null && { gracePeriodSeconds: Number(grace) }),
  }
}

function isPolicy(policy: string): policy is 'Background' | 'Foreground' | 'Orphan' {
  return ['Background', 'Foreground', 'Orphan'].includes(policy)
}

/** A list as the wire has it. */
export function listBody(resource: Resource, { items, metadata }: ListAnswer): Json {
  return {
    kind: resource.listKind,
    apiVersion: apiVersionOf(resource),
    metadata,
    // In lists of built-in kinds the items leave out their own kind.
    items: resource.custom ? items : items.map(({ kind: _, apiVersion: __, ...item }) => item),
  }
}

/** An object with nothing but its metadata. */
export function metadataOnly(object: ApiObject): Json {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: isRecord(object.metadata) ? object.metadata : {},
  }
}
