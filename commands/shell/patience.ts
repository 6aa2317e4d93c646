/** Says what is waited for, where the first answer of the server takes long. */
import { systemClock } from '../../src/io/clock.ts'
import { note, type Terminal } from './terminal.ts'

const silentMs = 3_000

/** Until `end` is called, for somebody may be about to abort a run and see nothing. */
export function tellPatience(
  terminal: Terminal,
  server: string,
  clock = systemClock,
): { end(): void } {
  const end = clock.after(silentMs, () =>
    note(terminal, `waiting for an answer of ${server}; --request-timeout ends that sooner`),
  )
  return { end }
}
