/** Faults that tests inject. */

import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { ApiError } from '../api-error.ts'
import type { Asked } from './accounting.ts'
import { send } from './send.ts'

/** What a test does to a request in place of, or before, its answer. */
export interface Fault {
  status?: number
  reason?: string
  message?: string
  /** Seconds, for the Retry-After header. */
  retryAfter?: number
  /** Wait before anything else happens. */
  delayMs?: number
  /** Break the connection without an answer. */
  closeConnection?: boolean
}

export type FaultRule = (asked: Asked) => Fault | undefined

/** Waits, but no longer than somebody is there for an answer. */
async function delayed(response: ServerResponse, ms: number): Promise<void> {
  const gone = new AbortController()
  const stop = () => gone.abort()
  response.once('close', stop)
  await wait(ms, undefined, { signal: gone.signal }).catch(() => {})
  response.off('close', stop)
}

/** True when the fault has answered in place of the server. */
export async function spoil(response: ServerResponse, fault: Fault | undefined): Promise<boolean> {
  if (!fault) return false
  if (fault.delayMs) await delayed(response, fault.delayMs)
  if (fault.closeConnection) {
    response.destroy()
    return true
  }
  if (fault.status === undefined) return false
  const { status, reason = 'InternalError', message = 'injected fault', retryAfter } = fault
  if (retryAfter !== undefined) response.setHeader('Retry-After', String(retryAfter))
  const details = retryAfter === undefined ? undefined : { retryAfterSeconds: retryAfter }
  send(response, status, new ApiError(status, reason, message, details).body)
  return true
}
