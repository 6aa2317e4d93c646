/** The port for time; the adapter is `systemClock`, tests step a fake one. */
export interface Clock {
  /** The time of day, for what is stored and shown. It may be set back or forward at any moment. */
  now(): Date
  /** Milliseconds since some moment, for waits and ages: they only grow, whoever sets the clock. */
  monotonicMs(): number
  /**
   * Calls back once, after at least that many milliseconds and never in this turn of the event
   * loop; the answer cancels it.
   */
  after(ms: number, callback: () => void): () => void
}

/** Of a longer wait Node makes one of a millisecond. */
const longestTimerMs = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: readMonotonic,
  after(ms, callback) {
    if (!(ms > 0)) {
      // A timer would take a millisecond.
      const immediate = setImmediate(callback)
      return () => clearImmediate(immediate)
    }
    let timer: NodeJS.Timeout
    const wait = (leftMs: number): void => {
      const nowMs = Math.min(leftMs, longestTimerMs)
      const rest = leftMs - nowMs
      timer = setTimeout(() => (rest > 0 ? wait(rest) : callback()), nowMs)
    }
    wait(ms)
    return () => clearTimeout(timer)
  },
}

/** Not by `performance`, whose modules are loaded when it is first touched: 1 ms of a command. */
function readMonotonic(): number {
  const [seconds, nanoseconds] = process.hrtime()
  return seconds * 1000 + nanoseconds / 1e6
}
