/** The controller as a process of its own, as a cluster would run it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface ControllerProcess {
  /** Rejects when the process ends before it was stopped. */
  failed: Promise<never>
  /** The last lines of its log. */
  logTail(): string
  /** Asks it to end, and insists after a while. */
  stop(): Promise<void>
}

const program = fileURLToPath(new URL('../../bin/canary-controller.js', import.meta.url))
const keptLines = 25
const patienceMs = 3_000

/** Starts the controller with these flags. */
export function startController(flags: readonly string[]): ControllerProcess {
  const child = spawn(process.execPath, [program, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] })
  const exited = once(child, 'exit')
  let log: string[] = []
  let rest = ''
  let isStopping = false
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      log = [...log, ...lines].slice(-keptLines)
    })
  const failed = new Promise<never>((_, reject) => {
    child.on('error', (cause) => reject(new Error('the controller did not start', { cause })))
    child.on('exit', (code, signal) => {
      if (!isStopping) reject(new Error(`the controller ended by itself (${signal ?? code})`))
    })
  })
  // Whoever waits for something else races it against this; a late end is nobody's concern.
  failed.catch(() => {})
  return {
    failed,
    logTail: () => [...log, rest].filter((line) => line !== '').join('\n'),
    async stop() {
      isStopping = true
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
      const insist = setTimeout(() => child.kill('SIGKILL'), patienceMs)
      child.kill('SIGTERM')
      await exited
      clearTimeout(insist)
    },
  }
}
