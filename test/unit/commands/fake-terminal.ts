/** A terminal that keeps what is written to it. */
import { createStyle } from '../../../commands/output/style.ts'
import type { Terminal } from '../../../commands/shell/terminal.ts'

/** Of so many columns and rows. */
export function fakeTerminal(width: number, height: number) {
  const style = createStyle({ color: true, ascii: false })
  let written = ''
  let listeners: Parameters<Terminal['onRedraw']>[0] | undefined
  const size = { width, height }
  const write = (text: string) => {
    written += text
  }
  const terminal: Terminal = {
    out: write,
    err: write,
    style,
    errStyle: style,
    get width() {
      return size.width
    },
    get height() {
      return size.height
    },
    isTerminal: true,
    canAsk: false,
    ask: async () => undefined,
    readStdin: async () => '',
    readFile: async () => '',
    onRedraw(given) {
      listeners = given
      return () => {
        listeners = undefined
      }
    },
    signal: new AbortController().signal,
  }
  return {
    terminal,
    size,
    listeners: () => listeners,
    /** What was written since the last call, with ESC as `^`. */
    written() {
      const text = written.replaceAll('\u001b', '^')
      written = ''
      return text
    },
  }
}
