/** Clocks for tests of the shell: one that is stepped by hand, one on which every wait is over. */
import type { Clock } from '../../../src/io/clock.ts'

export interface FakeClock extends Clock {
  /** Moves on, calling back whatever falls due, in order. */
  step(ms: number): void
  /** Calls back the first that is due, as one turn of the event loop does. */
  turn(): void
  /** Sets the time of day forward, or back, as a person or NTP does; no wait gets shorter or longer. */
  set(byMs: number): void
  /** Resolves once somebody waits on the clock. */
  whenWaiting(): Promise<void>
  /** Milliseconds until the next call, or undefined when nobody waits. */
  nextMs(): number | undefined
}

/** A clock that stands still at the given time until it is stepped. */
export function fakeClock(start = '2026-01-01T00:00:00Z'): FakeClock {
  let now = 0
  let time = Date.parse(start)
  let timers: { at: number; callback: () => void }[] = []
  const waiting: (() => void)[] = []
  const next = () => timers.reduce((least, { at }) => Math.min(least, at), Infinity)

  function turn(): void {
    const due = timers.find(({ at }) => at <= now)
    timers = timers.filter((one) => one !== due)
    due?.callback()
  }

  return {
    now: () => new Date(time + now),
    monotonicMs: () => now,
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
        turn()
      }
      now = end
    },
    turn,
    set(byMs) {
      time += byMs
    },
    whenWaiting: () =>
      timers.length > 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve)),
    nextMs: () => (timers.length > 0 ? next() - now : undefined),
  }
}

/** A clock on which every wait ends in the next turn of the event loop. */
export function hurriedClock(): Clock {
  const start = Date.parse('2026-01-01T00:00:00Z')
  let now = 0
  return {
    now: () => new Date(start + now),
    monotonicMs: () => now,
    after(ms, callback) {
      const handle = setImmediate(() => {
        now += ms
        callback()
      })
      return () => clearImmediate(handle)
    },
  }
}
