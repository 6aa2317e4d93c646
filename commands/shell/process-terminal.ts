/** The adapter of `Terminal` for the process that runs the plugin. */
import { isatty } from 'node:tty'
import { harmless } from '../output/clean.ts'
import { createStyle, wantsAscii, wantsColor } from '../output/style.ts'
import { exits, Failure } from './failure.ts'
import type { Terminal } from './terminal.ts'

/** The terminal of this process, with `--color` and `--ascii` as given. */
export function processTerminal(
  flags: { color: string; ascii: boolean },
  signal: AbortSignal,
): Terminal {
  // Not stdin: its stream is made when it is read first, and few commands read it.
  const { stdout, stderr, env, platform } = process
  const ascii = wantsAscii({ flag: flags.ascii, env, platform })
  const styleOf = (isTerminal: boolean) =>
    createStyle({ color: wantsColor({ flag: flags.color, env, platform, isTerminal }), ascii })
  const fixed = Number(env.KUBECTL_CANARY_COLUMNS)
  return {
    out: (text) => void stdout.write(stdout.isTTY ? harmless(text) : text),
    err: (text) => void stderr.write(harmless(text)),
    style: styleOf(stdout.isTTY === true),
    errStyle: styleOf(stderr.isTTY === true),
    get width() {
      if (fixed > 0) return fixed
      return stdout.isTTY ? stdout.columns || 80 : undefined
    },
    get height() {
      return stdout.isTTY ? stdout.rows || 24 : undefined
    },
    isTerminal: stdout.isTTY === true,
    canAsk: isatty(0) && !env.CI,
    signal,
    async ask(question) {
      const { createInterface } = await import('node:readline/promises')
      const lines = createInterface({ input: process.stdin, output: stderr })
      // The terminal is read key by key, so that Ctrl-C comes here and sends no signal.
      lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
      try {
        return await lines.question(question, { signal })
      } catch {
        // Given up, by Ctrl-C or the end of the input.
        return undefined
      } finally {
        lines.close()
      }
    },
    async readStdin() {
      return readAll(process.stdin, 'stdin')
    },
    async readFile(path) {
      const { createReadStream } = await import('node:fs')
      try {
        return await readAll(createReadStream(path), path)
      } catch (cause) {
        if (cause instanceof Failure) throw cause
        const why = fileTrouble(cause as NodeJS.ErrnoException)
        throw new Failure(`error: open ${path}: ${why}`, { exit: exits.error, cause })
      }
    },
    onRedraw({ leave, redraw }) {
      const leaveAndStop = () => {
        leave()
        process.kill(process.pid, 'SIGSTOP')
      }
      // Also where something ends the process in the middle.
      process.on('exit', leave)
      stdout.on('resize', redraw)
      process.on('SIGCONT', redraw)
      process.on('SIGTSTP', leaveAndStop)
      return () => {
        process.off('exit', leave)
        stdout.off('resize', redraw)
        process.off('SIGCONT', redraw)
        process.off('SIGTSTP', leaveAndStop)
      }
    },
  }
}

/** More than a manifest has; a device that never ends is not read for ever. */
const longestText = 16 * 1024 * 1024

async function readAll(chunks: AsyncIterable<Buffer>, from: string): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const chunk of chunks) {
    parts.push(chunk)
    length += chunk.length
    if (length > longestText)
      throw new Failure(`error: ${from} is longer than 16 MiB`, { exit: exits.error })
  }
  return textOf(Buffer.concat(parts))
}

/** What PowerShell writes into a file or a pipe is UTF-16, with a mark in front. */
function textOf(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe
  return isUtf16 ? bytes.subarray(2).toString('utf16le') : bytes.toString('utf8')
}

/** Why a file can't be read, in the words of other programs. */
function fileTrouble({ code, message }: NodeJS.ErrnoException): string {
  const words: Record<string, string | undefined> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    EISDIR: 'it is a directory',
  }
  return words[code ?? ''] ?? message
}
