/** The port for time; the adapter is `systemClock`, tests step a fake one. */
export interface Clock {
  now(): Date
  /** Calls back once, after at least that many milliseconds; the answer cancels it. */
  after(ms: number, callback: () => void): () => void
}

/** Of a longer wait Node makes one of a millisecond. */
const longestTimerMs = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => new Date(),
  after(ms, callback) {
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
