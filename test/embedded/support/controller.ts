/** The controller as a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { freePorts } from '../../cluster/control-plane/ports.ts'

const program = path.join(import.meta.dirname, '../../support/controller.ts')

/** The program and its first arguments. */
export const controllerCommand: readonly string[] = [process.execPath, program]

export interface LogEntry {
  level: string
  msg: string
  [field: string]: unknown
}

export interface Controller {
  /** Where /healthz, /readyz and /metrics are. */
  url: string
  pid: number
  /** Everything written to stdout and stderr. */
  output(): string
  /** The lines of the log. */
  log(): LogEntry[]
  /** Resolves when the log has a line that the pattern matches; rejects when the process ends. */
  said(pattern: RegExp): Promise<LogEntry>
  /** The exit code, or the signal that ended it. */
  ended: Promise<number | string>
  /** Sends the signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<number | string>
}

export interface ControllerOptions {
  kubeconfig?: string
  flags?: readonly string[]
  env?: Readonly<Record<string, string>>
  /** Where its log goes, in place of what the test can read. */
  stderr?: number
  /** A line of the shell that starts it as `"$@"`, to take something from it. */
  wrapper?: string
}

/** A busy machine needs half a minute until there is a first line. */
const patienceMs = 90_000

/** Starts it; it ends at the latest with the test that started it. */
export async function startController({
  kubeconfig,
  flags = [],
  env = {},
  stderr,
  wrapper,
}: ControllerOptions): Promise<Controller> {
  const [port = 0] = await freePorts(1)
  const given = [
    ...(kubeconfig === undefined ? [] : [`-kubeconfig=${kubeconfig}`]),
    `-port=${port}`,
    '-address=127.0.0.1',
    '-minimum-analysis-interval=200ms',
    // The stubs of the tests are on this machine.
    '-allowed-addresses=127.0.0.0/8',
    ...flags,
  ]
  const controller = follow(run(given, env, { stderr, wrapper }), port)
  onTestFinished(async () => {
    await controller.end('SIGKILL')
  })
  return controller
}

/** Runs it to its own end, with these arguments and nothing else. */
export async function runController(
  flags: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | string; output: string }> {
  const controller = follow(run(flags, env), 0)
  onTestFinished(async () => {
    await controller.end('SIGKILL')
  })
  return { code: await controller.ended, output: controller.output() }
}

function run(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  {
    stderr = 'pipe',
    wrapper,
  }: { stderr?: number | 'pipe' | undefined; wrapper?: string | undefined } = {},
): ChildProcess {
  const shell = wrapper === undefined ? [] : ['/bin/sh', '-c', wrapper, 'sh']
  const [command = '', ...first] = [...shell, ...controllerCommand]
  return spawn(command, [...first, ...args], {
    stdio: ['ignore', 'pipe', stderr],
    env: { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...env },
  })
}

function follow(child: ChildProcess, port: number): Controller {
  let text = ''
  let code: number | string | undefined
  child.stdout?.on('data', (chunk) => (text += String(chunk)))
  child.stderr?.on('data', (chunk) => (text += String(chunk)))
  const ended = once(child, 'close').then(([exit, signal]) => {
    code = (exit ?? signal) as number | string
    return code
  })
  const log = () => text.split('\n').flatMap(entry)
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    output: () => text,
    log,
    ended,
    async said(pattern) {
      const end = performance.now() + patienceMs
      for (;;) {
        const found = log().find((one) => pattern.test(JSON.stringify(one)))
        if (found) return found
        if (code !== undefined) throw new Error(`the controller ended (${code}):\n${text}`)
        if (performance.now() > end) throw new Error(`no ${pattern} in the log:\n${text}`)
        await wait(20)
      }
    },
    async end(signal = 'SIGTERM') {
      if (code === undefined) child.kill(signal)
      return ended
    },
  }
}

/** The line as data; what is not JSON is no line of the log. */
function entry(line: string): LogEntry[] {
  try {
    return line.startsWith('{') ? [JSON.parse(line) as LogEntry] : []
  } catch {
    return []
  }
}
