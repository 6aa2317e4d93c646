/** The port for time; the adapter is `systemClock`, tests step a fake one. */
export interface Clock {
  now(): Date
  /** Calls back once, after at least that many milliseconds; the answer cancels it. */
  after(ms: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  now: () => new Date(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}
