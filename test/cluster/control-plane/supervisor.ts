/**
 * The program that owns a control plane's processes. It runs apart from whoever started it, and
 * ends every process as soon as the channel to its parent closes, whatever ended the parent.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import type { FromSupervisor, ToSupervisor } from './processes.ts'

const running = new Map<string, ChildProcess>()
let isEnding = false

process.on('message', (message) => start(message as ToSupervisor))
process.on('disconnect', end)
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end)

function start({ name, command, args, log }: ToSupervisor): void {
  const output = openSync(log, 'a')
  const child = spawn(command, args, { stdio: ['ignore', output, output] })
  child.once('error', (error) => report({ name, exited: error.message }))
  child.once('spawn', () => {
    running.set(name, child)
    report({ name, pid: child.pid ?? 0 })
    if (isEnding) end()
  })
  child.once('exit', (code, signal) => {
    running.delete(name)
    report({ name, exited: signal ?? `code ${code}` })
    if (isEnding) end()
  })
}

/** Nothing that these processes hold is kept, so that they need no time to finish. */
function end(): void {
  isEnding = true
  for (const child of running.values()) child.kill('SIGKILL')
  if (running.size === 0) process.exit(0)
}

function report(message: FromSupervisor): void {
  if (process.connected) process.send?.(message)
}
