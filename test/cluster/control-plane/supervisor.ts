/**
 * The program that owns a control plane's processes. It runs apart from whoever started it, and
 * ends every process as soon as the channel to its parent closes, whatever ended the parent.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, rmSync } from 'node:fs'
import type { FromSupervisor, StartOrder, ToSupervisor } from './processes.ts'

/** A folder that ends with the processes. */
const [temporaryFolder] = process.argv.slice(2)
const running = new Map<string, ChildProcess>()
let isEnding = false

process.on('message', (message) => {
  const order = message as ToSupervisor
  if ('command' in order) start(order)
  else running.get(order.terminate)?.kill('SIGTERM')
})
process.on('disconnect', end)
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, end)

function start({ name, command, args, log, env }: StartOrder): void {
  const output = openSync(log, 'a')
  const child = spawn(command, args, {
    stdio: ['ignore', output, output],
    env: { ...process.env, ...env },
  })
  closeSync(output)
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

/**
 * Nothing that these processes hold is kept, so that they need no time to finish. What they
 * started themselves is in this process's group, and ends with it.
 */
function end(): void {
  isEnding = true
  for (const child of running.values()) child.kill('SIGKILL')
  if (running.size > 0) return
  if (temporaryFolder) rmSync(temporaryFolder, { recursive: true, force: true })
  process.kill(-process.pid, 'SIGKILL')
}

function report(message: FromSupervisor): void {
  if (process.connected) process.send?.(message)
}
