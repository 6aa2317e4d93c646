/** Tells the failures of several objects, one after the other. */
import { printable } from '../output/clean.ts'
import { exitOfSeveral, type Failure } from './failure.ts'
import type { Terminal } from './terminal.ts'

/** Prints each failure with its hints on stderr. */
export function tellFailures(failures: readonly Failure[], terminal: Terminal): void {
  for (const { message, hints } of failures)
    terminal.err(printable([message, ...hints.map((hint) => `  ${hint}`), ''].join('\n')))
}

/** The exit code for objects of which some failed. */
export function exitOf(done: number, failures: readonly Failure[]): number {
  return exitOfSeveral([
    ...Array.from({ length: done }, () => 0),
    ...failures.map(({ exit }) => exit),
  ])
}
