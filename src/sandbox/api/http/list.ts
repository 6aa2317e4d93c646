/** Lists: selectors, pages, and the versions that a client may ask for. */
import { ApiError, badRequest, expired } from '../api-error.ts'
import { type Cluster, inVersion } from '../cluster.ts'
import { isRecord, type Json } from '../json.ts'
import { type ApiObject, keyOf, type Resource, storageOf } from '../resource.ts'
import { type Filter, matches } from '../store.ts'

export interface ListAnswer {
  items: ApiObject[]
  metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number }
}

/** Reads the selectors of a request. */
export function filterOf(
  query: URLSearchParams,
  namespace: string | undefined,
  name?: string,
): Filter {
  const labelSelector = query.get('labelSelector') || undefined
  const given = query.get('fieldSelector') || undefined
  const byName = name ? `metadata.name=${name}` : undefined
  const fieldSelector = [given, byName].filter((one) => one !== undefined).join(',')
  return {
    ...(namespace !== undefined && { namespace }),
    ...(labelSelector && { labelSelector }),
    ...(fieldSelector && { fieldSelector }),
  }
}

/** One page of a list. Throws 400 for bad parameters, 410 where the version asked for is gone. */
export function list(
  { storage }: Cluster,
  resource: Resource,
  { filter, query }: { filter: Filter; query: URLSearchParams },
): ListAnswer {
  const token = query.get('continue')
  const from = token
    ? decodeToken(token)
    : { version: exactVersion(storage.version(), query), after: '' }
  const all = from.version
    ? storage.listAt(storageOf(resource), from.version)
    : storage.list(storageOf(resource))
  if (!all)
    throw token
      ? expired(staleToken)
      : expired('The resourceVersion for the provided list is too old.')
  const version = from.version ?? storage.version()
  const matching = all
    .filter(matches(resource, filter))
    .filter((object) => keyOfObject(object) > from.after)
  const limit = limitOf(query)
  const items = limit > 0 ? matching.slice(0, limit) : matching
  const last = items.at(-1)
  const isMore = items.length < matching.length && last
  return {
    items: items.map((object) => inVersion(resource, object)),
    metadata: {
      resourceVersion: String(version),
      ...(isMore && {
        continue: encodeToken({ version, after: keyOfObject(last) }),
        remainingItemCount: matching.length - items.length,
      }),
    },
  }
}

function limitOf(query: URLSearchParams): number {
  const limit = query.get('limit') || '0'
  if (/^[+-]?\d+$/.test(limit)) return Number(limit)
  throw badRequest(`strconv.ParseInt: parsing "${limit}": invalid syntax`)
}

const staleToken =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.'

function keyOfObject({ metadata }: ApiObject): string {
  return keyOf(metadata.namespace, metadata.name)
}

function exactVersion(current: number, query: URLSearchParams): number | undefined {
  const given = query.get('resourceVersion')
  const match = query.get('resourceVersionMatch')
  if (!given || given === '0') return undefined
  const version = Number(given)
  if (!Number.isInteger(version)) throw badRequest(`invalid resource version "${given}"`)
  if (version > current)
    throw new ApiError(
      504,
      'Timeout',
      `Too large resource version: ${version}, current: ${current}`,
      {
        causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
        retryAfterSeconds: 1,
      },
    )
  return match === 'Exact' ? version : undefined
}

interface Token {
  version: number | undefined
  after: string
}

function encodeToken({ version, after }: Token): string {
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: version, start: after })).toString(
    'base64url',
  )
}

function decodeToken(token: string): Token {
  try {
    const decoded: unknown = JSON.parse(Buffer.from(token, 'base64url').toString())
    const { rv, start } = (isRecord(decoded) ? decoded : {}) as Json
    if (typeof rv === 'number' && typeof start === 'string') return { version: rv, after: start }
  } catch {
    // Told below, like any other token that this server did not make.
  }
  throw badRequest('continue key is not valid: illegal base64 data')
}
