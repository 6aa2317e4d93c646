/** What became of a write of a status whose answer did not come. */
import { isDeepStrictEqual } from 'node:util'
import { KubeError } from '../../src/errors.ts'
import { pause } from '../../src/io/deadline.ts'
import type { Kube } from '../../src/io/kube/kube.ts'
import { neverSent } from '../../src/io/kube/transport/failures.ts'
import { type KubeObject, refOf } from '../../src/objects.ts'
import { backoffMs } from '../../src/retry.ts'
import type { Deps } from '../process/deps.ts'

interface Sent {
  sent: KubeObject
  /** The object that the write was decided on. */
  seen: KubeObject | undefined
}

type Asking = Pick<Deps, 'clock' | 'signal'> & { kube: Pick<Kube, 'get'> }

const pauses = { firstMs: 100, mostMs: 5_000 }
/** Over half a minute: by then a server that was away has lost its leases, too. */
const mostTries = 10

/**
 * The object with that status, where the server has stored it and only could not say so: what comes
 * after the write, such as hooks, would otherwise be left out. Rejects with the error of the write
 * where it did not, or where nobody can tell.
 */
export async function storedAnyway<T extends KubeObject>(
  error: unknown,
  of: Sent,
  asking: Asking,
): Promise<T> {
  if (!isOpen(error) || asking.signal.aborted) throw error
  const found = await ask<T>(of, asking)
  if (found && isStored(found, of)) return found
  throw error
}

/** Whether the server may have taken it: one that is unavailable (503) or has enough (429) has not. */
export function isOpen(error: unknown): error is KubeError {
  if (!(error instanceof KubeError)) return false
  return [500, 502, 504].includes(error.status) || (error.status === 0 && !neverSent(error))
}

async function ask<T extends KubeObject>(
  { sent }: Sent,
  { kube, clock, signal }: Asking,
): Promise<T | undefined> {
  for (let tries = 0; tries < mostTries; tries++) {
    try {
      return await kube.get<T>(refOf(sent), signal)
    } catch (error) {
      if (!(error instanceof KubeError) || !isPassing(error)) return undefined
      await pause(clock, Math.max(backoffMs(tries, pauses), error.retryAfterMs ?? 0), signal)
    }
  }
  return undefined
}

function isPassing({ status }: KubeError): boolean {
  return status === 0 || status === 429 || status >= 500
}

/** The definition may have dropped fields of it; nobody else writes them. */
function isStored(found: KubeObject, { sent, seen }: Sent): boolean {
  const [now, wanted, before] = [found, sent, seen].map((one) => (one ? statusOf(one) : {}))
  if (found.metadata.uid !== sent.metadata.uid || isDeepStrictEqual(now, before)) return false
  return Object.entries(now ?? {}).every(([field, value]) =>
    isDeepStrictEqual(value, wanted?.[field]),
  )
}

function statusOf(object: KubeObject & { status?: unknown }): Record<string, unknown> {
  // An object of its fields, or nothing yet.
  return (object.status ?? {}) as Record<string, unknown>
}
