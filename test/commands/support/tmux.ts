/** Real terminals, as tmux gives them. */
import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, onTestFinished, vi } from 'vitest'

const run = promisify(execFile)

/** Where all is installed the tests must run. */
export const isWithoutTmux = process.env.CI !== 'true' && spawnSync('tmux', ['-V']).status !== 0

export interface TerminalOptions {
  columns?: number
  rows?: number
  env?: Readonly<Record<string, string>>
}

export interface TmuxTerminal {
  press(key: string): Promise<string>
  /** Resolves once this text is to be seen. */
  shows(text: string): Promise<void>
  /** What is to be seen; `whole` lines are those that the terminal did not have to break. */
  seen(how?: { whole?: boolean; codes?: boolean }): Promise<string[]>
  /** Whether the cursor is hidden. */
  hidesCursor(): Promise<boolean>
}

const patience = { timeout: 300_000, interval: 100 }
let count = 0

/** A terminal in which a shell runs this line; it is there until the end of the test. */
export async function givenTerminal(
  line: string,
  { columns = 80, rows = 24, env = {} }: TerminalOptions = {},
): Promise<TmuxTerminal> {
  count += 1
  const at = `kubectl-canary-${process.pid}-${count}`
  const tmux = async (...words: string[]) => (await run('tmux', ['-L', at, ...words])).stdout
  const given = Object.entries({ CI: '', LANG: 'C.UTF-8', ...env })
  await tmux(
    ...['-f', '/dev/null', 'new-session', '-d', '-x', `${columns}`, '-y', `${rows}`],
    ...given.flatMap(([name, value]) => ['-e', `${name}=${value}`]),
    // Ctrl-C is for the program, and not for the shell that tells how it ended.
    ...['sh', '-c', `trap : INT; ${line}; sleep 600`],
  )
  onTestFinished(async () => void (await tmux('kill-server').catch(() => {})))
  const capture = (...flags: string[]) => tmux('capture-pane', '-p', ...flags)
  return {
    press: (key) => tmux('send-keys', key),
    shows: (text) => vi.waitFor(async () => expect(await capture()).toContain(text), patience),
    async seen({ whole = false, codes = false } = {}) {
      const text = await capture(...(whole ? ['-J'] : []), ...(codes ? ['-e'] : []))
      return text.split('\n').map((one) => one.trimEnd())
    },
    async hidesCursor() {
      return (await tmux('display-message', '-p', '#{cursor_flag}')).trim() === '0'
    },
  }
}
