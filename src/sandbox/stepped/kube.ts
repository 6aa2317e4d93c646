/**
 * The embedded API server behind the `Kube` port, without a network, and with the faults of one where
 * somebody asks for them. Objects are those of the store, frozen: nobody may change them.
 */
import { KubeError } from '../../errors.ts'
import type { Clock } from '../../io/clock.ts'
import { pause } from '../../io/deadline.ts'
import type { Kube, ListOptions, WatchEvent, WatchOptions } from '../../io/kube/kube.ts'
import { type KubeObject, refOf } from '../../objects.ts'
import { ApiError } from '../api/api-error.ts'
import type { Store, StoreEvent } from '../api/store.ts'

/** What goes wrong between a controller and its API server; it may be changed at any time. */
export interface Weather {
  /** So many requests fail, in one of these ways. */
  failing: number
  how: 'refused' | 'conflict' | 'throttled' | 'answer lost'
  /** Milliseconds from a request to its effect, and from a change to those who watch. */
  requestMs: number
  watchMs: number
}

export const fair: Readonly<Weather> = { failing: 0, how: 'refused', requestMs: 0, watchMs: 0 }

export interface KubeDeps {
  store: Store
  clock: Clock
  /** Fair where it is absent. */
  weather?: Weather
  /** Whether the process that asks still lives: a dead one hears nothing any more. */
  isAlive(): boolean
  /** Told of each request that is no watch, before it takes effect, ... */
  onRequest?(verb: string, object: string): void
  /** ... and each write, with what was there before. */
  onWrite?(object: KubeObject, before: KubeObject | undefined): void
}

export interface SteppedKube extends Kube {
  /** Ends every watch, as a server that restarts. */
  dropWatches(): void
}

/** A new one each time: what waits for one that all share would never be let go of. */
const never = () => new Promise<never>(() => {})

type Item = WatchEvent<KubeObject> | 'end'

/** Requests take time and fail as the weather says; those of a dead process never end. */
export function createSteppedKube(deps: KubeDeps): SteppedKube {
  const { store, clock, weather = fair, isAlive, onRequest, onWrite } = deps
  const open = new Set<(item: Item) => void>()

  async function ask<T>(verb: string, object: string, effect: () => T): Promise<T> {
    if (!isAlive()) return never()
    onRequest?.(verb, object)
    await (weather.requestMs > 0 ? pause(clock, weather.requestMs) : Promise.resolve())
    if (!isAlive()) return never()
    const lost = strike(weather, verb)
    const answer = translated(effect)
    if (lost) throw refusal(0, '')
    return answer
  }

  function written<T extends KubeObject>(before: KubeObject | undefined, object: T): T {
    onWrite?.(object, before)
    return object
  }

  async function* watch<T extends KubeObject>(
    kind: { apiVersion: string; kind: string },
    {
      namespace,
      metadataOnly,
      resourceVersion,
      timeoutSeconds = 300,
      signal,
      onOpen,
    }: WatchOptions,
  ): AsyncGenerator<WatchEvent<T>> {
    const items: Item[] = []
    let wake = () => {}
    const push = (item: Item) => {
      items.push(item)
      wake()
    }
    const hear = ({ type, object }: StoreEvent) => {
      if (object.kind !== kind.kind || !isOfGroup(object, kind)) return
      if (namespace !== undefined && object.metadata.namespace !== namespace) return
      const whole = { ...object, apiVersion: kind.apiVersion }
      const event = { type, object: metadataOnly ? bare(whole) : whole }
      if (weather.watchMs > 0) clock.after(weather.watchMs, () => push(event))
      else push(event)
    }
    // What changed between the list and the watch would be lost: nothing here keeps a history.
    if (Number(resourceVersion) < Number(store.version()) && isNews(store, kind, resourceVersion))
      throw refusal(410, 'Expired')
    const unwatch = store.watch(hear)
    const cancel = clock.after(timeoutSeconds * 1_000, () => push('end'))
    const stop = () => push('end')
    signal?.addEventListener('abort', stop)
    open.add(push)
    onOpen?.()
    try {
      for (;;) {
        for (let item = items.shift(); item; item = items.shift()) {
          if (item === 'end' || signal?.aborted) return
          // The caller names the type of the kind that it watches.
          yield item as WatchEvent<T>
        }
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    } finally {
      unwatch()
      cancel()
      signal?.removeEventListener('abort', stop)
      open.delete(push)
    }
  }

  return {
    server: 'https://memory',
    get: <T extends KubeObject>(ref: Parameters<Kube['get']>[0]) =>
      ask('get', ref.kind, () => store.get<T>(ref)),
    list: <T extends KubeObject>(
      kind: { apiVersion: string; kind: string },
      { namespace, metadataOnly }: ListOptions = {},
    ) =>
      ask('list', kind.kind, () => {
        const found = store.list<T>(kind, namespace === undefined ? {} : { namespace })
        const items = found.map((object) => (metadataOnly ? (bare(object) as T) : object))
        return { items, resourceVersion: store.version() }
      }),
    watch,
    create: (object, options = {}) =>
      ask('create', object.kind, () => written(undefined, store.create(object, named(options)))),
    replace: (object, options = {}) =>
      ask('replace', object.kind, () => {
        const { subresource } = options
        const before = store.get(refOf(object))
        const status = subresource === 'status' ? { subresource } : {}
        return written(before, store.update(object, { ...named(options), ...status }))
      }),
    patch: <T extends KubeObject>(
      ref: Parameters<Kube['patch']>[0],
      body: unknown,
      { type = 'merge', subresource, fieldManager }: Parameters<Kube['patch']>[2] = {},
    ) =>
      ask('patch', ref.kind, () => {
        const status = subresource === 'status' ? ({ subresource } as const) : {}
        const options = { type, ...status, ...named({ fieldManager }) }
        return written(store.get(ref), store.patch<T>(ref, body, options))
      }),
    delete: (ref, { uid } = {}) =>
      ask('delete', ref.kind, () => store.delete(ref, uid === undefined ? {} : { uid })),
    raw: () => ask('raw', '', () => ({})),
    dropWatches() {
      for (const push of open) push('end')
    },
  }
}

/** One fault, if one is due: it rejects, or tells that the answer gets lost. */
function strike(weather: Weather, verb: string): boolean {
  if (weather.failing <= 0) return false
  weather.failing -= 1
  const isWrite = verb !== 'get' && verb !== 'list'
  if (weather.how === 'throttled') throw refusal(429, 'TooManyRequests')
  if (weather.how === 'refused' || !isWrite) throw refusal(500, 'InternalError')
  if (weather.how === 'conflict') throw refusal(409, 'Conflict')
  return true
}

function named({ fieldManager }: { fieldManager?: string | undefined }) {
  return fieldManager === undefined ? {} : { fieldManager }
}

function bare({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  return { apiVersion, kind, metadata }
}

function isOfGroup(one: { apiVersion: string }, other: { apiVersion: string }): boolean {
  const group = ({ apiVersion }: { apiVersion: string }) => apiVersion.split('/').slice(0, -1)[0]
  return group(one) === group(other)
}

function isNews(store: Store, kind: { apiVersion: string; kind: string }, seen: string): boolean {
  const isNewer = ({ metadata }: KubeObject) => Number(metadata.resourceVersion) > Number(seen)
  return translated(() => store.list(kind)).some(isNewer)
}

/** As the client says it: a refusal of the server is a KubeError. */
function translated<T>(effect: () => T): T {
  try {
    return effect()
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
    const { code, reason = '' } = error.body
    throw new KubeError(error.message, { status: code, reason, cause: error })
  }
}

function refusal(status: number, reason: string): KubeError {
  return new KubeError(`the server answers ${status}`, { status, reason })
}
