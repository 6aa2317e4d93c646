/** A block of lines that is redrawn in place; the last one stays. */
import type { Terminal } from '../terminal.ts'
import { cut } from './clean.ts'

export interface Frame {
  /** Draws the lines over those drawn before; nothing happens when they are the same. */
  show(lines: readonly string[]): void
  /** Leaves the last frame, and gives the cursor back. */
  end(): void
}

const hideCursor = '\u001b[?25l'
const showCursor = '\u001b[?25h'
const eraseBelow = '\u001b[J'

/** A frame on a terminal; elsewhere nothing is ever drawn. */
export function createFrame(terminal: Terminal): Frame {
  let height = 0
  let drawn = ''
  let isHidden = false
  return {
    show(lines) {
      if (!terminal.isTerminal) return
      const rows = terminal.height ?? 24
      const fitting = lines.length < rows ? lines : [...lines.slice(0, rows - 2), '…']
      const text = fitting.map((line) => fitLine(line, terminal.width)).join('\n')
      if (text === drawn) return
      const up = height > 0 ? `\u001b[${height}A` : ''
      terminal.out(`${isHidden ? '' : hideCursor}${up}\r${eraseBelow}${text}\n`)
      isHidden = true
      height = fitting.length
      drawn = text
    },
    end() {
      if (isHidden) terminal.out(showCursor)
      isHidden = false
    },
  }
}

/** A line that wraps would make the frame higher than it counts. */
function fitLine(line: string, width: number | undefined): string {
  return width === undefined || line.includes('\u001b') ? line : cut(line, width)
}
