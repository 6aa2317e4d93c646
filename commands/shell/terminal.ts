/** Everything of the process that a command may use: its streams, its environment, its manners. */
import { printable } from '../output/clean.ts'
import type { Style } from '../output/style.ts'

export interface Terminal {
  /** Results. */
  out(text: string): void
  /** Errors, warnings, notes, prompts. */
  err(text: string): void
  /** Style of stdout; colours of stderr are decided apart. */
  style: Style
  errStyle: Style
  /** Columns of stdout; absent when it is not a terminal. */
  width: number | undefined
  /** Rows of stdout; absent when it is not a terminal. */
  height: number | undefined
  isTerminal: boolean
  /** False without a terminal on stdin, and in CI: then nothing is ever asked. */
  canAsk: boolean
  /** Asks on stderr and reads one line of stdin; undefined when the person gave up. */
  ask(question: string): Promise<string | undefined>
  /** All of stdin, until its end. */
  readStdin(): Promise<string>
  /** Rejects with a Failure that names the file. */
  readFile(path: string): Promise<string>
  /**
   * For pictures that are drawn over: `leave` is called before Ctrl-Z stops the process, `redraw`
   * when it goes on and when the size has changed. Gives the function that ends this.
   */
  onRedraw(listeners: { leave: () => void; redraw: () => void }): () => void
  /** Ends with SIGINT, SIGTERM or a broken pipe. */
  signal: AbortSignal
}

/** `warning: ` and hints, on stderr. */
export function warn(terminal: Terminal, text: string, hints: readonly string[] = []): void {
  terminal.err(`${terminal.errStyle.paint('warning', 'warning:')} ${printable(text)}\n`)
  for (const hint of hints) terminal.err(`  ${printable(hint)}\n`)
}

/** `note: `, on stderr. */
export function note(terminal: Terminal, text: string): void {
  terminal.err(noteText(text))
}

/** The line that tells something which is no error. */
export function noteText(text: string): string {
  return `note: ${printable(text)}\n`
}
