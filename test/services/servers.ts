/** Real servers for tests, on ports of their own, gone with the file that asked for them. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePorts } from '../cluster/control-plane/ports.ts'

export interface Program {
  command: string
  /** The arguments, once the files are written. */
  args: (at: { folder: string; port: number; further: number }) => string[]
  env?: (folder: string) => Record<string, string>
  files: (at: { folder: string; port: number; further: number }) => Record<string, string>
  scheme?: 'http' | 'https'
}

export type Started = Awaited<ReturnType<typeof start>>

/** Started, and not awaited: who asks first waits for an answer. */
export async function start({ command, args, files, env, scheme = 'http' }: Program) {
  const folder = await mkdtemp(join(tmpdir(), 'canary-service-'))
  const [port = 0, further = 0] = await freePorts(2)
  const at = { folder, port, further }
  for (const [name, text] of Object.entries(files(at))) await writeFile(join(folder, name), text)
  const child = spawn(command, args(at), {
    cwd: folder,
    env: { ...process.env, ...env?.(folder) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4_000)
    })
  const ended = once(child, 'exit')
  return {
    /** Without a slash at the end. */
    url: `${scheme}://127.0.0.1:${port}`,
    folder,
    further,
    /** Throws with the last words of the server where it is not there within half a minute. */
    async whenReady(isReady: () => Promise<boolean>) {
      for (let tries = 0; tries < 150 && child.exitCode === null; tries += 1) {
        if (await isReady().catch(() => false)) return
        await pause(200)
      }
      throw new Error(`${command} did not start: ${said}`)
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
      await rm(folder, { recursive: true, force: true })
    },
  }
}
