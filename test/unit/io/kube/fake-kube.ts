/** An API server in memory behind the `Kube` port, for tests of what is built on the port. */
import { KubeError } from '../../../../src/errors.ts'
import type { Kube, WatchEvent, WatchOptions } from '../../../../src/io/kube/kube.ts'
import { type KubeObject, type ObjectRef, refKey, refOf } from '../../../../src/objects.ts'
import type { ResourceKind } from '../../../../src/resource-kind.ts'

interface OpenWatch {
  kind: ResourceKind
  push(event: WatchEvent<KubeObject> | KubeError | 'end'): void
}

export interface FakeKube extends Kube {
  objects: Map<string, KubeObject>
  /** Requests so far, such as `list deployments`. */
  requests: string[]
  /** Called before each request; what it throws is the answer. */
  before: (request: string) => void | Promise<void>
  /** Writes as somebody else does; the watches hear of it. */
  store(object: KubeObject): KubeObject
  /** Deletes as somebody else does. */
  drop(ref: ObjectRef): void
  /** Ends every open watch, with an error or as a server does at its time limit. */
  endWatches(with_: KubeError | 'end'): void
  bookmark(): void
  /** Moves the version of the server on, or back as a restored backup does. */
  age(by: number): void
  /** How many watches are open. */
  watching(): number
  /** Resolves when so many watches are open. */
  whenWatching(count?: number): Promise<void>
}

export function fakeKube(initial: KubeObject[] = []): FakeKube {
  const objects = new Map<string, KubeObject>()
  const requests: string[] = []
  const watches = new Set<OpenWatch>()
  let waiting: { count: number; resolve: () => void }[] = []
  let version = 100

  function save(object: KubeObject, type: 'ADDED' | 'MODIFIED'): KubeObject {
    version += 1
    const metadata = { ...object.metadata, resourceVersion: String(version) }
    const stored = { ...object, metadata }
    objects.set(refKey(refOf(object)), stored)
    tell(type, stored)
    return stored
  }

  function tell(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: KubeObject): void {
    for (const watch of watches) if (watch.kind.kind === object.kind) watch.push({ type, object })
  }

  function drop(ref: ObjectRef): void {
    const found = objects.get(refKey(ref))
    if (!found) return
    objects.delete(refKey(ref))
    version += 1
    const metadata = { ...found.metadata, resourceVersion: String(version) }
    tell('DELETED', { ...found, metadata })
  }

  async function ask(request: string): Promise<void> {
    requests.push(request)
    await fake.before(request)
  }

  function refuse(status: number, reason: string): KubeError {
    return new KubeError(`${reason} by the fake`, { status, reason })
  }

  const fake = {
    server: 'https://fake',
    objects,
    requests,
    before: () => {},
    store: (object) => save(object, objects.has(refKey(refOf(object))) ? 'MODIFIED' : 'ADDED'),
    drop,
    endWatches(with_) {
      for (const watch of watches) watch.push(with_)
    },
    bookmark() {
      version += 1
      const metadata = { name: '', resourceVersion: String(version) }
      for (const watch of watches) {
        const { apiVersion, kind } = watch.kind
        watch.push({ type: 'BOOKMARK', object: { apiVersion, kind, metadata } })
      }
    },
    age(by) {
      version += by
    },
    watching: () => watches.size,
    whenWatching(count = 1) {
      if (watches.size >= count) return Promise.resolve()
      return new Promise((resolve) => waiting.push({ count, resolve }))
    },
    async get<T extends KubeObject>(ref: ObjectRef) {
      await ask(`get ${ref.kind} ${ref.name}`)
      return objects.get(refKey(ref)) as T | undefined
    },
    async list<T extends KubeObject>(kind: ResourceKind, { limit = 0, continue: from = '0' } = {}) {
      await ask(`list ${kind.plural}`)
      const all = [...objects.values()].filter((object) => object.kind === kind.kind)
      const start = Number(from)
      const items = (limit > 0 ? all.slice(start, start + limit) : all) as T[]
      const resourceVersion = String(version)
      return limit > 0 && start + limit < all.length
        ? { items, resourceVersion, continue: String(start + limit) }
        : { items, resourceVersion }
    },
    async *watch<T extends KubeObject>(kind: ResourceKind, options: WatchOptions) {
      const { resourceVersion, signal, onOpen } = options
      await ask(`watch ${kind.plural} from ${resourceVersion}`)
      const queue: (WatchEvent<KubeObject> | KubeError | 'end')[] = []
      let wake = () => {}
      const open: OpenWatch = {
        kind,
        push(event) {
          queue.push(event)
          wake()
        },
      }
      watches.add(open)
      onOpen?.()
      waiting = waiting.filter(({ count, resolve }) => watches.size < count || resolve())
      const end = () => open.push('end')
      if (signal?.aborted) end()
      signal?.addEventListener('abort', end)
      try {
        for (;;) {
          const event = queue.shift()
          if (event === 'end') return
          if (event instanceof KubeError) throw event
          if (event) yield event as WatchEvent<T>
          else
            await new Promise<void>((resolve) => {
              wake = resolve
            })
        }
      } finally {
        watches.delete(open)
        signal?.removeEventListener('abort', end)
      }
    },
    async create<T extends KubeObject>(object: T) {
      await ask(`create ${object.kind} ${object.metadata.name}`)
      if (objects.has(refKey(refOf(object)))) throw refuse(409, 'AlreadyExists')
      return save(object, 'ADDED') as T
    },
    async replace<T extends KubeObject>(object: T) {
      await ask(`replace ${object.kind} ${object.metadata.name}`)
      const found = objects.get(refKey(refOf(object)))
      if (!found) throw refuse(404, 'NotFound')
      if (found.metadata.resourceVersion !== object.metadata.resourceVersion)
        throw refuse(409, 'Conflict')
      return save(object, 'MODIFIED') as T
    },
    async patch<T extends KubeObject>(ref: ObjectRef, body: unknown) {
      await ask(`patch ${ref.kind} ${ref.name}`)
      const found = objects.get(refKey(ref))
      if (!found) throw refuse(404, 'NotFound')
      return save({ ...found, ...(body as object) }, 'MODIFIED') as T
    },
    async delete(ref) {
      await ask(`delete ${ref.kind} ${ref.name}`)
      const isThere = objects.has(refKey(ref))
      drop(ref)
      return isThere
    },
    raw: () => Promise.reject(refuse(404, 'NotFound')),
  } as FakeKube
  for (const object of initial) save(object, 'ADDED')
  return fake
}
