/** Which failed requests are sent again, and when. Pure. */
import type { KubeError } from '../../../errors.ts'
import { backoffMs, jittered } from '../../../retry.ts'
import { neverSent } from './failures.ts'

/** A server that asks for a longer wait gets its way by the caller's own pace. */
const longestWaitMs = 30_000

/**
 * Milliseconds to wait before sending again, or undefined to give up. `attempt` counts from 0;
 * `random` is in [0, 1). A write is only sent again when the server cannot have taken it: it was
 * not reached, or answered 429 (too busy to look at it).
 */
export function retryDelayMs(
  error: KubeError,
  { reads, attempt, retries, random }: RetryState,
): number | undefined {
  if (attempt >= retries) return undefined
  if (neverSent(error)) return attempt === 0 ? pauseMs(attempt, random) : undefined
  const again =
    error.status === 429 || (reads && (isBusy(error.status) || error.reason === 'ConnectionReset'))
  if (!again) return undefined
  const wait = error.retryAfterMs ?? pauseMs(attempt, random)
  return wait > longestWaitMs ? undefined : wait
}

export interface RetryState {
  /** True for a request that changes nothing. */
  reads: boolean
  attempt: number
  retries: number
  random: number
}

function isBusy(status: number): boolean {
  return status === 502 || status === 503 || status === 504
}

/** 200 ms doubling. */
function pauseMs(attempt: number, random: number): number {
  return jittered(backoffMs(attempt, { firstMs: 200, mostMs: longestWaitMs }), random)
}
