/** Durations on the command line, in Go's syntax. */
import { parseDuration } from '../src/canary/duration.ts'
import { UsageError } from '../src/errors.ts'

/** Milliseconds of a flag's value such as `90s`; throws UsageError for one that is no duration. */
export function readTime(flag: string, text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined || ms < 0)
    throw new UsageError(
      `invalid argument "${text}" for "${flag}" flag: it must be a duration such as 90s, 1m30s or 2h`,
    )
  return ms
}
