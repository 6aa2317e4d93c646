import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

/** Starts a process whose output goes to the file `log`. */
export interface StartOrder {
  name: string
  command: string
  args: string[]
  log: string
  /** Added to the environment. */
  env: Record<string, string>
}

/** Starts a process, or asks one to end. */
export type ToSupervisor = StartOrder | { terminate: string }

export type FromSupervisor = { name: string; pid: number } | { name: string; exited: string }

/** A group of processes that end together, at the latest when this process ends. */
export interface Processes {
  /** Gives the process id. Rejects when the program cannot be started. */
  start(
    name: string,
    command: string,
    args: string[],
    env?: Record<string, string>,
  ): Promise<number>
  /** Asks one process to end and waits until it has; for 5 s at most, `stop` does the rest. */
  terminate(name: string): Promise<void>
  /** Resolves when the process has ended, whoever ended it; it may be started again then. */
  ended(name: string): Promise<void>
  /** Throws when one of the processes has ended, with the end of its log. */
  check(): void
  /** From here on the group does not keep this process from ending. */
  release(): void
  /** Resolves when none of the processes runs any more. May be called twice. */
  stop(): Promise<void>
}

interface Options {
  /** The folder is removed in the end. */
  temporary?: boolean
  /** Hears of a process that ended before anybody asked for it, with the end of its log. */
  onDeath?: (failure: Error) => void
}

/** Starts the group; the logs `<name>.log` go to `folder`. */
export function startProcesses(
  folder: string,
  { temporary = false, onDeath = () => {} }: Options = {},
): Processes {
  const args = temporary ? [folder] : []
  const supervisor = fork(path.join(import.meta.dirname, 'supervisor.ts'), args, {
    detached: true,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const exits = new Map<string, string>()
  const starting = new Map<string, PromiseWithResolvers<number>>()
  const asked = new Set<string>()
  let isStopping = false
  const logOf = (name: string) => path.join(folder, `${name}.log`)
  const failure = (name: string) =>
    new Error(`${name} ended (${exits.get(name)}):\n${endOf(logOf(name))}`)

  supervisor.on('message', (message) => {
    const answer = message as FromSupervisor
    const { name } = answer
    if ('pid' in answer) return starting.get(name)?.resolve(answer.pid)
    exits.set(name, answer.exited)
    starting.get(name)?.reject(failure(name))
    if (!isStopping && !asked.has(name)) onDeath(failure(name))
  })
  supervisor.once('exit', () => {
    if (!isStopping) onDeath(new Error('the supervisor of the processes ended'))
    for (const { reject } of starting.values()) reject(new Error('the supervisor ended'))
  })

  return {
    start(name, command, args, env = {}) {
      const started = Promise.withResolvers<number>()
      starting.set(name, started)
      exits.delete(name)
      asked.delete(name)
      supervisor.send({ name, command, args, env, log: logOf(name) } satisfies ToSupervisor)
      return started.promise
    },
    async terminate(name) {
      if (hasEnded(supervisor) || exits.has(name)) return
      asked.add(name)
      supervisor.send({ terminate: name } satisfies ToSupervisor)
      const end = performance.now() + 5_000
      while (!exits.has(name) && performance.now() < end) await wait(20)
    },
    async ended(name) {
      while (!exits.has(name) && !hasEnded(supervisor)) await wait(20)
    },
    check() {
      for (const name of exits.keys()) throw failure(name)
      if (hasEnded(supervisor)) throw new Error('the supervisor of the processes ended')
    },
    release() {
      supervisor.unref()
      supervisor.channel?.unref()
    },
    async stop() {
      isStopping = true
      if (hasEnded(supervisor)) return
      supervisor.ref()
      const ended = once(supervisor, 'exit')
      if (supervisor.connected) supervisor.disconnect()
      await ended
    },
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null
}

function endOf(log: string): string {
  return existsSync(log) ? readFileSync(log, 'utf8').split('\n').slice(-15).join('\n') : ''
}
