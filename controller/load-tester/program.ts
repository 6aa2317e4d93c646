/** Runs one program: bounded in time and output, and with all that it starts. */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import type { Clock } from '../../src/io/clock.ts'

export interface ProgramResult {
  /** Empty when it succeeded; else `exit status 3`, as Go says it. */
  cause: string
  /** The end of what it wrote, on both ways out. */
  output: string
}

/** Of a longer output the end says what became of it. */
const mostOutputBytes = 64 * 1024
/** From the request to end until it is made to. */
const graceMs = 2_000

/** Never rejects. The signal ends it, and every process of its group. */
export function runProgram(
  { program, args }: { program: string; args: readonly string[] },
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<ProgramResult> {
  const output = createTail(mostOutputBytes)
  if (signal.aborted) return Promise.resolve({ cause: 'signal: killed', output: '' })
  return new Promise((resolve) => {
    // A group of its own, by which its children are found.
    const child = spawn(program, args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    let cancelKill: (() => void) | undefined
    const group = (name: NodeJS.Signals) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, name)
      } catch {
        // Nobody of it is left.
      }
    }
    const end = () => {
      group('SIGTERM')
      cancelKill = clock.after(graceMs, () => group('SIGKILL'))
    }
    const finish = (cause: string) => {
      signal.removeEventListener('abort', end)
      cancelKill?.()
      resolve({ cause, output: output.text() })
    }
    signal.addEventListener('abort', end, { once: true })
    child.stdout.on('data', output.add)
    child.stderr.on('data', output.add)
    child.once('error', (error) => finish(startFailure(program, error)))
    // What it left running would hold the output open, and go on with nobody who knows of it.
    child.once('exit', () => group('SIGKILL'))
    child.once('close', (code, name) => finish(causeOfEnd(code, name)))
  })
}

function startFailure(program: string, error: Error): string {
  const isMissing = 'code' in error && error.code === 'ENOENT'
  return isMissing ? `exec: "${program}": executable file not found in $PATH` : error.message
}

const names: Readonly<Record<string, string>> = { SIGKILL: 'killed', SIGTERM: 'terminated' }

function causeOfEnd(code: number | null, name: NodeJS.Signals | null): string {
  if (code === 0) return ''
  if (code !== null) return `exit status ${code}`
  return `signal: ${names[name ?? ''] ?? constants.signals[name ?? 'SIGKILL']}`
}

function createTail(mostBytes: number) {
  let chunks: Buffer[] = []
  let size = 0
  let isCut = false
  return {
    add(chunk: Buffer) {
      chunks.push(chunk)
      size += chunk.length
      if (size <= mostBytes * 2) return
      chunks = [Buffer.concat(chunks).subarray(-mostBytes)]
      size = mostBytes
      isCut = true
    },
    text() {
      const all = Buffer.concat(chunks)
      const shown = all.subarray(-mostBytes).toString('utf8')
      return isCut || all.length > mostBytes ? `…${shown}` : shown
    },
  }
}
