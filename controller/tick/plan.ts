/** When a canary is looked at again, on a clock that nobody sets. */

/** A look that changed nothing and asks to look again at once waits this long: it would see the same. */
const floorMs = 1_000
/**
 * No plan lies further ahead: what the time of day ends, such as a pause, is late by no more than
 * this when the clock is set forward. A look that finds nothing to do makes no request.
 */
const furthestMs = 60_000

export interface Look {
  /** When to look again, by the time of day that the look saw; absent: at the next change only. */
  wakeAt: Date | undefined
  /** The time of day that the look saw, ... */
  now: Date
  /** ... and the moment at which it did, on the clock that only grows. */
  nowMs: number
  /** Whether it changed anything that the next look can see. */
  changed: boolean
}

/**
 * The moment of the next look, in milliseconds of the clock that only grows. A plan in the past, or
 * at no time at all, is now after a look that changed something, and a second ahead after one that
 * did not. `atMs` is the moment at which the look has ended.
 */
export function planAfter({ wakeAt, now, nowMs, changed }: Look, atMs: number): number | undefined {
  if (wakeAt === undefined) return undefined
  const waitMs = Math.min(furthestMs, wakeAt.getTime() - now.getTime())
  if (waitMs > 0) return nowMs + waitMs
  return changed ? atMs : atMs + floorMs
}
