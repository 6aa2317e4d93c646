/** The time of the server: ages and leases are told by it, whatever the clock at hand says. */
import type { Clock } from '../../src/io/clock.ts'

export interface ServerClock extends Clock {
  /** Takes the `Date` header of an answer. */
  hear(date: string | undefined): void
}

/** Headers have whole seconds, and travel: less than that is no difference. */
const noticedMs = 5_000

/** Goes like `clock` until the server says that it is another time there. */
export function serverClock(clock: Clock): ServerClock {
  let aheadMs = 0
  return {
    ...clock,
    now: () => new Date(clock.now().getTime() + aheadMs),
    hear(date = '') {
      const ms = Date.parse(date) - clock.now().getTime()
      if (!Number.isNaN(ms)) aheadMs = Math.abs(ms) < noticedMs ? 0 : ms
    },
  }
}
