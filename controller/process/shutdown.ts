/** How the process ends: signals, exit codes, and the grace that running ticks have. */
import type { Log } from '../../src/io/log.ts'

export interface Shutdown {
  /** Aborted at the end of the grace that running ticks have. */
  signal: AbortSignal
  /** The exit code, when it is time to go. */
  done: Promise<number>
  /** Begins the end with this exit code; the first one counts. */
  end(code: number): void
}

/** Long enough for the writes of a tick, short enough for the kubelet's patience. */
const graceMs = 10_000

/** The first signal begins an orderly end, the second ends at once. */
export function createShutdown(log: Log): Shutdown {
  const aborted = new AbortController()
  let end: (code: number) => void = () => {}
  const done = new Promise<number>((resolve) => {
    end = (code) => {
      setTimeout(() => aborted.abort(), graceMs).unref()
      resolve(code)
    }
  })
  let signals = 0
  for (const name of ['SIGTERM', 'SIGINT'] as const)
    process.on(name, () => {
      signals += 1
      if (signals > 1) process.exit(1)
      log.info({ signal: name }, 'shutting down')
      end(0)
    })
  return { signal: aborted.signal, done, end }
}
