/** Reading what the user may read: what may not be read is noted, and no error. */

import { KubeError } from '../../src/errors.ts'
import { resourceKind } from '../../src/known-kinds.ts'
import { type KubeObject, type ObjectRef, refKey } from '../../src/objects.ts'
import { canaryKind } from '../input/find-canaries.ts'
import type { Session } from './session.ts'

const eventKind = resourceKind({ apiVersion: 'v1', kind: 'Event' })

export type Reader = <T extends KubeObject>(ref: ObjectRef) => Promise<T | undefined>

/** Reads single objects once; a refusal is noted, a missing object or kind is no object. */
export function readerOf({ kube, signal }: Session, denied: string[]): Reader {
  const known = new Map<string, Promise<KubeObject | undefined>>()
  return <T extends KubeObject>(ref: ObjectRef) => {
    const key = refKey(ref)
    const reading = known.get(key) ?? kube.get<T>(ref, signal).catch(orDenied(ref.kind, denied))
    known.set(key, reading)
    // Read ahead, it may fail before anybody waits for it; who does is told all the same.
    reading.catch(() => {})
    // The reference names the type of what is behind it.
    return reading as Promise<T | undefined>
  }
}

/** For `catch`: without the right to read, or without the object, there is nothing. */
export function orDenied(kind: string, denied: string[]): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof KubeError) || (error.status !== 403 && error.status !== 404)) throw error
    if (error.status === 403) denied.push(kind)
    return undefined
  }
}

/** The events about a canary, or about all, as the server has them; none where they may not be read. */
export async function listEvents(
  { name, namespace }: { name?: string; namespace?: string },
  { kube, signal }: Pick<Session, 'kube' | 'signal'>,
  denied: string[],
): Promise<(KubeObject & Record<string, unknown>)[]> {
  const kind = `involvedObject.kind=${canaryKind.kind}`
  const fieldSelector = name === undefined ? kind : `${kind},involvedObject.name=${name}`
  const answer = await kube
    .list<KubeObject & Record<string, unknown>>(eventKind, {
      ...(namespace !== undefined && { namespace }),
      fieldSelector,
      signal,
    })
    .catch(orDenied('Event', denied))
  return answer?.items ?? []
}
