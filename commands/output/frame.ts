/** A block of lines that is redrawn in place; the last one stays. */
import type { Terminal } from '../shell/terminal.ts'
import { cutPainted } from './clean.ts'

export interface Frame {
  /** Draws the lines over those drawn before; nothing happens when they are the same. */
  show(lines: readonly string[]): void
  /** Says something on stderr: above the frame, where there is one. */
  tell(text: string): void
  /** Leaves the last frame, and gives the cursor back. */
  end(): void
}

const hideCursor = '\u001b[?25l'
const showCursor = '\u001b[?25h'
const eraseBelow = '\u001b[J'
const eraseAll = '\u001b[H\u001b[2J'

/** A frame on a terminal; elsewhere nothing is ever drawn. */
export function createFrame(terminal: Terminal): Frame {
  let height = 0
  let drawn = ''
  let latest: readonly string[] = []
  let size = ''
  let forget: (() => void) | undefined

  function show(lines: readonly string[]): void {
    if (!terminal.isTerminal) return
    latest = lines
    const { width, height: rows = 24 } = terminal
    const fitting = lines.length < rows ? lines : [...lines.slice(0, rows - 2), '…']
    // A line that wraps would make the frame higher than it counts.
    const text = fitting
      .map((line) => (width === undefined ? line : cutPainted(line, width)))
      .join('\n')
    const sizeNow = `${width} ${rows}`
    if (text === drawn && sizeNow === size) return
    // Where the old lines are after a change of size, nobody knows: terminals differ.
    const start = size !== '' && size !== sizeNow ? eraseAll : back()
    forget ??= listen()
    terminal.out(`${hideCursor}${start}\r${eraseBelow}${text}\n`)
    height = fitting.length
    drawn = text
    size = sizeNow
  }

  function back(): string {
    return height > 0 ? `\u001b[${height}A` : ''
  }

  function listen(): () => void {
    return terminal.onRedraw({
      leave: () => terminal.out(showCursor),
      redraw() {
        // After Ctrl-Z the shell has written below: a new frame begins there.
        if (size === `${terminal.width} ${terminal.height ?? 24}`) height = 0
        drawn = ''
        show(latest)
      },
    })
  }

  return {
    show,
    tell(text) {
      if (height > 0) terminal.out(`${back()}\r${eraseBelow}`)
      height = 0
      drawn = ''
      terminal.err(text)
      if (latest.length > 0) show(latest)
    },
    end() {
      if (forget) terminal.out(showCursor)
      forget?.()
      forget = undefined
    },
  }
}
