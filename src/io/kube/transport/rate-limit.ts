/** A token bucket, as client-go has it: `burst` requests at once, then `qps` a second. */
import type { Clock } from '../../clock.ts'
import { pause } from '../../deadline.ts'

export interface RateLimit {
  /** Resolves when the request may be sent; those who wait are served in order. */
  take(signal?: AbortSignal): Promise<void>
}

/** A limit of `qps` requests a second on average; `qps` 0 or below never waits. */
export function createRateLimit(clock: Clock, qps: number, burst: number): RateLimit {
  if (qps <= 0) return { take: () => Promise.resolve() }
  const size = Math.max(1, burst)
  let tokens = size
  let at = clock.monotonicMs()

  return {
    async take(signal) {
      const now = clock.monotonicMs()
      tokens = Math.min(size, tokens + ((now - at) / 1000) * qps)
      at = now
      // Below zero the bucket counts those who wait already, so each one waits its own turn.
      tokens -= 1
      if (tokens >= 0) return
      await pause(clock, Math.ceil((-tokens / qps) * 1000), signal)
    },
  }
}
