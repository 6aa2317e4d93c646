/** Time that stands still until the next thing that somebody waits for is due. */
import type { Clock } from '../../io/clock.ts'

export interface SteppedClock extends Clock {
  /** Lets so many milliseconds go by; what is due on the way happens in order, one at a time. */
  pass(ms: number): Promise<void>
}

interface Timer {
  atMs: number
  order: number
  callback: () => void
}

/** Begins at 2026-01-01T00:00:00Z, with 0 on the clock that only grows. */
export function createSteppedClock(): SteppedClock {
  const start = Date.parse('2026-01-01T00:00:00Z')
  const timers = new Set<Timer>()
  let now = 0
  let order = 0

  function next(): Timer | undefined {
    let first: Timer | undefined
    for (const timer of timers)
      if (
        !first ||
        timer.atMs < first.atMs ||
        (timer.atMs === first.atMs && timer.order < first.order)
      )
        first = timer
    return first
  }

  return {
    now: () => new Date(start + now),
    monotonicMs: () => now,
    after(ms, callback) {
      const timer = { atMs: now + Math.max(0, ms), order: order++, callback }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    async pass(ms) {
      const end = now + ms
      for (;;) {
        await quiet()
        const timer = next()
        if (!timer || timer.atMs > end) break
        timers.delete(timer)
        now = timer.atMs
        timer.callback()
      }
      now = end
    },
  }
}

/** Resolves when every promise that can go on has done so: nothing here waits for the machine. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
