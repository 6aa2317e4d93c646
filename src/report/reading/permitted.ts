/** Reading what can be read: what can't is noted, and no error. */
import { KubeError } from '../../errors.ts'
import { resourceKind } from '../../known-kinds.ts'
import { type KubeObject, type ObjectRef, refKey } from '../../objects.ts'
import type { ResourceKind } from '../../resource-kind.ts'
import { failureText, isOfOneRequest, type Unread } from '../unread.ts'
import type { Narrowing, Reader } from './reader.ts'

export interface Permitted {
  /** A missing object or kind is no object; each is read once. */
  get<T extends KubeObject>(ref: ObjectRef): Promise<T | undefined>
  /** Undefined where it may not be read, or the cluster has no such kind. */
  list<T extends KubeObject>(kind: ResourceKind, narrowing: Narrowing): Promise<T[] | undefined>
  /** Kinds that the user may not read, as far as they were asked for. */
  readonly denied: ReadonlySet<string>
  /** These, and kinds that could not be read: of none can it be said that an object is missing. */
  readonly hidden: ReadonlySet<string>
  /** Each failed request for a kind once, in the order of the requests' names. */
  unread(): Unread[]
}

/** Rejects as the reader does, but for what the user may not read and what is not there. */
export function permitted(reader: Reader): Permitted {
  return sparing(reader, () => false)
}

/**
 * The same for what is a detail of something larger: also a kind that the server fails to give, or
 * not in time, is only hidden. Rejects where the server is away, or the user is not logged in or
 * gave up.
 */
export function details(reader: Reader): Permitted {
  return sparing(reader, isOfOneRequest)
}

function sparing(reader: Reader, isSpared: (error: KubeError) => boolean): Permitted {
  const unread = new Map<string, Unread>()
  const denied = new Set<string>()
  const hidden = new Set<string>()
  const known = new Map<string, Promise<KubeObject | undefined>>()
  const orNothing =
    (verb: string, { kind, plural }: Pick<ResourceKind, 'kind' | 'plural'>) =>
    (error: unknown) => {
      if (!(error instanceof KubeError)) throw error
      if (error.status === 404) return undefined
      const isDenied = error.status === 403
      if (!isDenied && !isSpared(error)) throw error
      const request = `${verb} ${plural}`
      if (isDenied) denied.add(kind)
      hidden.add(kind)
      unread.set(request, { kind, request, why: isDenied ? null : failureText(error) })
      return undefined
    }
  return {
    denied,
    hidden,
    unread: () => [...unread.keys()].sort().flatMap((request) => unread.get(request) ?? []),
    get<T extends KubeObject>(ref: ObjectRef) {
      const key = refKey(ref)
      const reading =
        known.get(key) ?? reader.get<T>(ref).catch(orNothing('get', resourceKind(ref)))
      known.set(key, reading)
      // The reference names the type of what is behind it.
      return reading as Promise<T | undefined>
    },
    list: (kind, narrowing) => reader.list<never>(kind, narrowing).catch(orNothing('list', kind)),
  }
}
