/** Watches: a stream of changes after a version, as one line of JSON each. */
import { type ApiError, badRequest, expired, invalidOptions } from '../api-error.ts'
import { type Cluster, inVersion } from '../cluster.ts'
import { type ApiObject, apiVersionOf, type Resource, storageOf } from '../resource.ts'
import type { Change } from '../storage.ts'
import { type Filter, matches } from '../store.ts'

export interface Watching {
  resource: Resource
  filter: Filter
  query: URLSearchParams
  /** Gives an object the form that the client asked for. */
  render: (object: ApiObject) => unknown
  /** Called with each event, in order, the first ones before the watch is given back. */
  send: (event: { type: string; object: unknown }) => void
}

export interface Watch {
  /** Sends a bookmark, if the client allows them. */
  bookmark(): void
  /** Sends nothing any more. */
  stop(): void
}

/** Starts a watch: what has happened since is sent at once, changes as they come. */
export function startWatch({ storage }: Cluster, watching: Watching): Watch {
  const { resource, filter, query, send } = watching
  const test = matches(resource, filter)
  const own = storageOf(resource)
  const since = query.get('resourceVersion') ?? ''
  if (since !== '' && !/^\d+$/.test(since)) throw badRequest(`invalid resource version "${since}"`)
  const bookmarks = ['true', '1'].includes(query.get('allowWatchBookmarks') ?? '')

  const sendObject = (type: string, object: ApiObject) => {
    send({ type, object: watching.render(inVersion(resource, object)) })
  }
  const pass = (change: Change) => {
    if (change.storage !== own) return
    const type = seenAs(change, test)
    // What leaves the selection is told as it was last seen, at the version of the change.
    if (type) sendObject(type, type === 'DELETED' ? leaving(change) : change.object)
  }
  const bookmark = (annotations?: Record<string, string>) => {
    const object = bookmarkOf(resource, storage.version(), annotations)
    send({ type: 'BOOKMARK', object: watching.render(object) })
  }

  const initialEvents = initialEventsOf(query)
  const wantsInitial =
    initialEvents === null ? since === '' || since === '0' : initialEvents === 'true'
  if (wantsInitial) {
    for (const object of storage.list(own).filter(test)) sendObject('ADDED', object)
    if (initialEvents === 'true' && bookmarks) bookmark({ 'k8s.io/initial-events-end': 'true' })
  } else {
    const from = since === '' || since === '0' ? storage.version() : Number(since)
    const missed = storage.since(from)
    if (!missed) {
      const { body } = tooOld(since, storage.version())
      send({ type: 'ERROR', object: body })
      return { bookmark() {}, stop() {} }
    }
    for (const change of missed) pass(change)
  }
  const stop = storage.subscribe(pass)
  return {
    bookmark() {
      if (bookmarks) bookmark()
    },
    stop,
  }
}

function tooOld(since: string, current: number): ApiError {
  return expired(`too old resource version: ${since} (${current})`)
}

/** How a change looks to someone who sees only the objects that pass the test. */
function seenAs(
  { type, object, previous }: Change,
  test: (object: ApiObject) => boolean,
): Change['type'] | undefined {
  const before = previous !== undefined && test(previous)
  if (type === 'DELETED') return before ? 'DELETED' : undefined
  const after = test(object)
  if (before && after) return 'MODIFIED'
  if (after) return 'ADDED'
  return before ? 'DELETED' : undefined
}

function leaving({ type, object, previous }: Change): ApiObject {
  if (type === 'DELETED' || !previous) return object
  const { resourceVersion } = object.metadata
  return {
    ...previous,
    metadata: { ...previous.metadata, ...(resourceVersion && { resourceVersion }) },
  }
}

function bookmarkOf(
  resource: Resource,
  version: number,
  annotations?: Record<string, string>,
): ApiObject {
  return {
    kind: resource.kind,
    apiVersion: apiVersionOf(resource),
    metadata: {
      name: '',
      resourceVersion: String(version),
      ...(annotations && { annotations }),
    },
  }
}

/** Whether a watch begins with what is there, where the client says so. */
function initialEventsOf(query: URLSearchParams): string | null {
  const given = query.get('sendInitialEvents')
  if (given !== null && query.get('resourceVersionMatch') !== 'NotOlderThan')
    throw invalidOptions('ListOptions', {
      field: 'resourceVersionMatch',
      reason: 'FieldValueForbidden',
      message: 'Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    })
  return given
}
