/** The adapter of the `Kube` port: a small REST client for exactly the requests we make. */

import type { Dispatcher } from 'undici'
import { KubeError } from '../../errors.ts'
import { readJson } from '../../json.ts'
import { resourceKind } from '../../known-kinds.ts'
import type { KubeObject, ObjectRef } from '../../objects.ts'
import type { ResourceKind } from '../../resource-kind.ts'
import { systemClock } from '../clock.ts'
import type { Connection } from './connection/connection.ts'
import type { Kube, ListAnswer, ListOptions, PatchOptions, WatchOptions } from './kube.ts'
import { collectionPath, listQuery, objectPath, watchQuery, writeQuery } from './paths.ts'
import { createRequester, type Requester, type RequesterOptions } from './transport/requester.ts'
import { linesOf, parseEvent } from './transport/watch-stream.ts'

export interface KubeClient extends Kube {
  /** Drops every connection; requests under way fail. */
  close(): Promise<void>
}

const patchTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const

/** The plain type is the fallback of servers that cannot leave out the contents. */
const metadataOf = (kind: string) =>
  `application/json;as=${kind};g=meta.k8s.io;v=v1,application/json`
const metadataList = metadataOf('PartialObjectMetadataList')
const metadataObject = metadataOf('PartialObjectMetadata')

/**
 * A client of one API server. Nothing is sent before the first request. Unless `options` say
 * otherwise no rate is kept: so many requests are under way at a time as there are connections, and
 * a server that has enough says so by 429, which is obeyed. Each may take 30 s.
 */
export function connect(
  connection: Connection,
  options: Partial<RequesterOptions> & { version?: string } = {},
): KubeClient {
  const { version = 'dev', ...rest } = options
  const requester = createRequester(connection, {
    clock: systemClock,
    random: Math.random,
    userAgent: `kubectl-canary/${version}`,
    qps: 0,
    burst: 250,
    timeoutMs: connection.requestTimeoutMs ?? 30_000,
    retries: 4,
    connections: 32,
    brief: false,
    ...rest,
  })
  return {
    server: connection.server,
    ...readers(requester),
    ...writers(requester),
    async raw(method, path, body, signal) {
      // Outside data: the caller's method goes on the wire as it is.
      const verb = method as Dispatcher.HttpMethod
      const resource = path.replace(/\?.*$/, '')
      const text = await requester.text({
        verb: 'raw',
        resource,
        method: verb,
        path,
        body,
        signal,
        accept: 'application/json, */*',
      })
      return jsonOrText(text)
    },
    close: () => requester.close(),
  }
}

function readers(requester: Requester): Pick<Kube, 'get' | 'list' | 'watch'> {
  return {
    async get<T extends KubeObject>(
      ref: ObjectRef,
      signal?: AbortSignal,
      { metadataOnly = false } = {},
    ) {
      // No object has an empty name, and its address would be that of the list.
      if (ref.name === '') return undefined
      const kind = resourceKind(ref)
      const accept = metadataOnly ? metadataObject : undefined
      const path = objectPath(kind, ref)
      const resource = kind.plural
      try {
        const text = await requester.text({
          verb: 'get',
          resource,
          method: 'GET',
          path,
          accept,
          signal,
        })
        return shaped(parse<T>(text, path), kind, metadataOnly)
      } catch (error) {
        if (isMissingObject(error)) return undefined
        throw error
      }
    },
    async list<T extends KubeObject>(
      kind: ResourceKind,
      options: ListOptions = {},
    ): Promise<ListAnswer<T>> {
      const { metadataOnly = false, namespace, signal } = options
      const path = collectionPath(kind, namespace) + listQuery(options)
      const accept = metadataOnly ? metadataList : undefined
      const resource = kind.plural
      const text = await requester.text({
        verb: 'list',
        resource,
        method: 'GET',
        path,
        accept,
        signal,
      })
      const answer = parse<ListDocument<T>>(text, path)
      const { resourceVersion = '', continue: more = '' } = answer.metadata ?? {}
      const items = (answer.items ?? []).map((item) => shaped(item, kind, metadataOnly))
      return more === '' ? { items, resourceVersion } : { items, resourceVersion, continue: more }
    },
    watch: (kind, options) => watch(requester, kind, options),
  }
}

function writers(requester: Requester): Pick<Kube, 'create' | 'replace' | 'patch' | 'delete'> {
  return {
    async create(object, options = {}) {
      const kind = resourceKind(object)
      const path = collectionPath(kind, object.metadata.namespace) + writeQuery(options)
      return send(requester, kind, { verb: 'create', method: 'POST', path, body: object }, options)
    },
    async replace(object, options = {}) {
      const kind = resourceKind(object)
      const path = objectPath(kind, object.metadata, options.subresource) + writeQuery(options)
      return send(requester, kind, { verb: 'update', method: 'PUT', path, body: object }, options)
    },
    async patch(ref, body, options = {}) {
      const kind = resourceKind(ref)
      const path = objectPath(kind, ref, options.subresource) + writeQuery(options)
      return send(requester, kind, { verb: 'patch', method: 'PATCH', path, body }, options)
    },
    async delete(ref, { uid, signal } = {}) {
      const kind = resourceKind(ref)
      const body = uid === undefined ? undefined : { preconditions: { uid } }
      const path = objectPath(kind, ref)
      const resource = kind.plural
      try {
        await requester.text({ verb: 'delete', resource, method: 'DELETE', path, body, signal })
        return true
      } catch (error) {
        if (isMissingObject(error)) return false
        throw error
      }
    },
  }
}

async function send<T extends KubeObject>(
  requester: Requester,
  kind: ResourceKind,
  request: {
    verb: 'create' | 'update' | 'patch'
    method: Dispatcher.HttpMethod
    path: string
    body: unknown
  },
  { type = 'merge', signal }: PatchOptions,
): Promise<T> {
  const contentType = request.verb === 'patch' ? patchTypes[type] : 'application/json'
  const text = await requester.text({ ...request, resource: kind.plural, contentType, signal })
  return parse<T>(text, request.path)
}

async function* watch<T extends KubeObject>(
  requester: Requester,
  kind: ResourceKind,
  options: WatchOptions,
) {
  const { metadataOnly = false, namespace, signal, idleTimeoutMs = 0 } = options
  const path = collectionPath(kind, namespace) + watchQuery(options)
  const accept = metadataOnly ? metadataObject : undefined
  const events = requester.stream(
    { verb: 'watch', resource: kind.plural, method: 'GET', path, accept, signal },
    async function* (chunks, deadline) {
      // The server has answered; from here on only its silence is limited.
      deadline.restart(idleTimeoutMs)
      options.onOpen?.()
      for await (const line of linesOf(chunks)) {
        deadline.restart(idleTimeoutMs)
        yield parseEvent<T>(line, `watch ${kind.plural}`)
      }
    },
  )
  for await (const { type, object } of events)
    yield { type, object: shaped(object, kind, metadataOnly) }
}

interface ListDocument<T> {
  items?: T[] | null
  metadata?: { resourceVersion?: string; continue?: string }
}

/** Items of a list come without kind, and metadata alone under a kind of its own. */
function shaped<T extends KubeObject>(object: T, kind: ResourceKind, metadataOnly: boolean): T {
  const { apiVersion, kind: name } = kind
  const { metadata } = object
  // Metadata is all that such a caller looks at; the rest of T is absent by the caller's choice.
  if (metadataOnly) return { apiVersion, kind: name, metadata } as T
  return object.kind === undefined ? { ...object, apiVersion, kind: name } : object
}

/** True for "no such object"; a 404 for a kind that is not served is an error. */
function isMissingObject(error: unknown): boolean {
  return error instanceof KubeError && error.status === 404 && error.reason === 'NotFound'
}

function parse<T>(text: string, path: string): T {
  try {
    // Outside data: the API server validates what it stores.
    return JSON.parse(text) as T
  } catch (cause) {
    const start = path.replace(/\?.*$/, '')
    throw new KubeError(`the server's answer to ${start} is not JSON`, { status: 0, cause })
  }
}

function jsonOrText(text: string): unknown {
  const read = readJson(text)
  return read === undefined ? text : read
}
