/** The time by which deadlines are counted: setting the time of day forward makes none of them shorter. */

export interface ClockReading {
  /** Time of day. */
  wallMs: number
  /** On the clock that only grows. */
  monotonicMs: number
}

/** The last reading, and by how much the time of day was set forward before it. */
export interface ClockSight extends ClockReading {
  forward: readonly { byMs: number; atMs: number }[]
}

/** Less than this is how clocks are kept right. */
const toleranceMs = 2_000

/**
 * What is known of the clock with one more reading. A step forward counts for `deadlineMs`, on the
 * clock that only grows: what is pending from before it is late by then in truth, and what is
 * pending from after it is not late yet by either time.
 */
export function sightOf(
  before: ClockSight | undefined,
  { wallMs, monotonicMs }: ClockReading,
  deadlineMs: number,
): ClockSight {
  const known = before?.forward ?? []
  const byMs = before ? wallMs - before.wallMs - (monotonicMs - before.monotonicMs) : 0
  const steps = byMs > toleranceMs ? [...known, { byMs, atMs: monotonicMs }] : known
  return {
    wallMs,
    monotonicMs,
    forward: steps.filter(({ atMs }) => atMs + deadlineMs > monotonicMs),
  }
}

/** Now, as a clock would show it that nobody set forward. */
export function deadlineNow({ wallMs, forward }: ClockSight): Date {
  return new Date(forward.reduce((ms, { byMs }) => ms - byMs, wallMs))
}
