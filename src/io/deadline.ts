/** Limits in time for one asynchronous call, on an injected clock. */
import type { Clock } from './clock.ts'

export interface Deadline {
  /** Aborts when the time is up or when the caller's own signal does. */
  signal: AbortSignal
  /** True when the time was up, rather than the caller gone. */
  expired(): boolean
  /** The milliseconds of the limit in force. */
  limitMs(): number
  /** Starts the time anew, with another length; 0 takes the limit away. */
  restart(ms: number): void
  /** Must be called at the end: frees the timer and the listener on the caller's signal. */
  end(): void
}

/** A deadline of `ms` milliseconds from now (0: none) that also follows `signal`. */
export function createDeadline(clock: Clock, ms: number, signal?: AbortSignal): Deadline {
  const controller = new AbortController()
  let expired = false
  let limitMs = ms
  let cancel: (() => void) | undefined
  const follow = () => controller.abort(signal?.reason)

  function restart(nextMs: number): void {
    cancel?.()
    limitMs = nextMs
    cancel = nextMs === 0 ? undefined : clock.after(nextMs, expire)
  }
  function expire(): void {
    expired = true
    controller.abort(new Error('time is up'))
  }

  if (signal?.aborted) follow()
  else signal?.addEventListener('abort', follow, { once: true })
  restart(ms)
  return {
    signal: controller.signal,
    expired: () => expired,
    limitMs: () => limitMs,
    restart,
    end() {
      cancel?.()
      signal?.removeEventListener('abort', follow)
    },
  }
}

/** Time that several calls share. */
export interface Allowance {
  /** Milliseconds that are left, never less than 0. */
  leftMs(): number
  /** All of it again: what went by was nobody's fault, as while a person was asked. */
  restart(): void
  /** Takes the limit away: from here on somebody waits on purpose. */
  lift(): void
}

/** `ms` milliseconds from now. */
export function createAllowance(clock: Clock, ms: number): Allowance {
  let end = clock.monotonicMs() + ms
  return {
    leftMs: () => Math.max(0, end - clock.monotonicMs()),
    restart() {
      end = clock.monotonicMs() + ms
    },
    lift() {
      end = Number.POSITIVE_INFINITY
    },
  }
}

/** Resolves after `ms` milliseconds, or at once when the signal aborts; never rejects. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      cancel()
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const cancel = clock.after(ms, done)
    signal?.addEventListener('abort', done, { once: true })
  })
}
