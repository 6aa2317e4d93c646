/** `hey` for scripts: the built-in load at a command line, with hey's flags and report. */
import { systemClock } from '../../src/io/clock.ts'
import { readHey } from '../../src/load/hey.ts'
import { reportOf } from '../../src/load/tally.ts'
import { runLoad } from './load/run.ts'

/** Sends the load and prints the report; the answer is the exit code. A signal ends it early. */
export async function heyCommand(words: readonly string[]): Promise<number> {
  const read = readHey(words)
  if ('problem' in read) {
    process.stderr.write(`error: the line of hey ${read.problem}\n`)
    return 1
  }
  const ended = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => ended.abort())
  const result = await runLoad(read.plan, { clock: systemClock, signal: ended.signal })
  process.stdout.write(`\n${reportOf(result)}`)
  return 0
}
