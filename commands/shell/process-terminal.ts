/** The adapter of `Terminal` for the process that runs the plugin. */
import { isatty } from 'node:tty'
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
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
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
      try {
        return await lines.question(question, { signal })
      } catch {
        return undefined
      } finally {
        lines.close()
      }
    },
    async readStdin() {
      const { stdin } = process
      let text = ''
      stdin.setEncoding('utf8')
      for await (const chunk of stdin) text += chunk
      return text
    },
    async readFile(path) {
      const { readFile } = await import('node:fs/promises')
      return readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
        throw new Failure(`error: open ${path}: ${fileTrouble(cause)}`, {
          exit: exits.error,
          cause,
        })
      })
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

/** Why a file can't be read, in the words of other programs. */
function fileTrouble({ code, message }: NodeJS.ErrnoException): string {
  const words: Record<string, string | undefined> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    EISDIR: 'it is a directory',
  }
  return words[code ?? ''] ?? message
}
