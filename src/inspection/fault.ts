/** The two kinds of faults. */
import type { Fault } from '../analysis/decision.ts'

/** Accepted, and rarely meant. */
export function odd(message: string): Fault {
  return { message, isFatal: false }
}

/** No run can pass this metric or hook. */
export function fatal(message: string, check: NonNullable<Fault['check']>): Fault {
  return { message, isFatal: true, check }
}
