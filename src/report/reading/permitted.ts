/** Reading what the user may read: what may not be read is noted, and no error. */
import { KubeError } from '../../errors.ts'
import { type KubeObject, type ObjectRef, refKey } from '../../objects.ts'
import type { ResourceKind } from '../../resource-kind.ts'
import type { Narrowing, Reader } from './reader.ts'

export interface Permitted {
  /** A missing object or kind is no object; each is read once. */
  get<T extends KubeObject>(ref: ObjectRef): Promise<T | undefined>
  /** Undefined where it may not be read, or the cluster has no such kind. */
  list<T extends KubeObject>(kind: ResourceKind, narrowing: Narrowing): Promise<T[] | undefined>
  /** Kinds that the user may not read, as far as they were asked for. */
  readonly denied: ReadonlySet<string>
}

/** Rejects as the reader does, but for what the user may not read and what is not there. */
export function permitted(reader: Reader): Permitted {
  const denied = new Set<string>()
  const known = new Map<string, Promise<KubeObject | undefined>>()
  const orNothing = (kind: string) => (error: unknown) => {
    if (!(error instanceof KubeError) || (error.status !== 403 && error.status !== 404)) throw error
    if (error.status === 403) denied.add(kind)
    return undefined
  }
  return {
    denied,
    get<T extends KubeObject>(ref: ObjectRef) {
      const key = refKey(ref)
      const reading = known.get(key) ?? reader.get<T>(ref).catch(orNothing(ref.kind))
      known.set(key, reading)
      // The reference names the type of what is behind it.
      return reading as Promise<T | undefined>
    },
    list: (kind, narrowing) => reader.list<never>(kind, narrowing).catch(orNothing(kind.kind)),
  }
}
