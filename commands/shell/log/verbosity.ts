/** How much `-v` shows. Pure. */
import { UsageError } from '../../../src/errors.ts'

/** From this level on requests are shown. */
export const showsRequests = 6

/** The level of `-v`; 0 where it is not given. Throws UsageError for what is no number. */
export function readVerbosity(text = '0'): number {
  if (!/^\d+$/.test(text))
    throw new UsageError(`invalid argument "${text}" for "-v, --v" flag: must be a whole number`)
  return Number(text)
}
