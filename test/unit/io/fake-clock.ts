/** Clocks for tests of the shell: one that is stepped by hand, one on which every wait is over. */
import type { Clock } from '../../../src/io/clock.ts'

export interface FakeClock extends Clock {
  /** Moves on, calling back whatever falls due, in order. */
  step(ms: number): void
  /** Resolves once somebody waits on the clock. */
  whenWaiting(): Promise<void>
  /** Milliseconds until the next call, or undefined when nobody waits. */
  nextMs(): number | undefined
}

/** A clock that stands still at the given time until it is stepped. */
export function fakeClock(start = '2026-01-01T00:00:00Z'): FakeClock {
  let now = Date.parse(start)
  let timers: { at: number; callback: () => void }[] = []
  const waiting: (() => void)[] = []
  const next = () => timers.reduce((least, { at }) => Math.min(least, at), Infinity)

  return {
    now: () => new Date(now),
    after(ms, callback) {
      const timer = { at: now + ms, callback }
      timers.push(timer)
      for (const resolve of waiting.splice(0)) resolve()
      return () => {
        timers = timers.filter((one) => one !== timer)
      }
    },
    step(ms) {
      const end = now + ms
      while (next() <= end) {
        now = Math.max(now, next())
        const due = timers.find(({ at }) => at <= now)
        timers = timers.filter((one) => one !== due)
        due?.callback()
      }
      now = end
    },
    whenWaiting: () =>
      timers.length > 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
    nextMs: () => (timers.length > 0 ? next() - now : undefined),
  }
}

/** A clock on which every wait ends in the next turn of the event loop. */
export function hurriedClock(): Clock {
  let now = Date.parse('2026-01-01T00:00:00Z')
  return {
    now: () => new Date(now),
    after(ms, callback) {
      const handle = setImmediate(() => {
        now += ms
        callback()
      })
      return () => clearImmediate(handle)
    },
  }
}
