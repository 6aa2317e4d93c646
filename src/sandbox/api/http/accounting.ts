/** Counts what clients ask for, so that tests can say "and nothing else". */

export interface Asked {
  method: string
  /** The path with its query. */
  url: string
  verb: string
  /** `deployments.apps`, `pods`, or the path of a request that names no resource. */
  resource: string
  subresource?: string
  namespace?: string
  name?: string
  userAgent: string
  body?: unknown
}

export interface Accounting {
  /** How many requests came since the start or the last reset, by `verb resource`. */
  counts(): Record<string, number>
  /** How many requests came since the start or the last reset. */
  total(): number
  /** The latest requests, oldest first, as many as the server keeps. */
  log(): readonly Asked[]
  /** Counts from zero, with an empty log. */
  reset(): void
}

/** `size` is how many requests the log keeps; `record` counts one. */
export function createAccounting(size: number): Accounting & { record(asked: Asked): void } {
  let counts = new Map<string, number>()
  let log: Asked[] = []
  return {
    counts: () => Object.fromEntries(counts),
    total: () => [...counts.values()].reduce((sum, count) => sum + count, 0),
    log: () => log,
    reset() {
      counts = new Map()
      log = []
    },
    record(asked) {
      const below = asked.subresource ? `/${asked.subresource}` : ''
      const key = `${asked.verb} ${asked.resource}${below}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
      if (size === 0) return
      log.push(asked)
      if (log.length > size) log.shift()
    },
  }
}
