/** Durations on the command line, in Go's syntax. */
import { parseDuration } from '../../src/canary/duration.ts'
import { UsageError } from '../../src/errors.ts'

/** Milliseconds of a flag's value such as `90s`; throws UsageError for one that is no duration. */
export function readTime(flag: string, text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined || ms < 0)
    throw new UsageError(
      `invalid argument "${text}" for "${flag}" flag: it must be a duration such as 90s, 1m30s or 2h`,
    )
  return ms
}

/** A timer of Node for longer than that would end at once. */
const longestTimerMs = 2 ** 31 - 1

/** Aborts after so many milliseconds; never for 0, and for more than 24 days. */
export function timeLimit(ms: number): AbortSignal {
  return ms === 0 || ms > longestTimerMs ? new AbortController().signal : AbortSignal.timeout(ms)
}
