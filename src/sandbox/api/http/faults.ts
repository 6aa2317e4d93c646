/** Faults that tests inject. */
import type { ServerResponse } from 'node:http'
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

/** True when the fault has answered in place of the server. */
export async function spoil(response: ServerResponse, fault: Fault | undefined): Promise<boolean> {
  if (!fault) return false
  if (fault.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs))
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
