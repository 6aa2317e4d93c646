/** Makes text from the cluster safe to print, and measures and cuts it. */
import { stripVTControlCharacters } from 'node:util'

// Control characters, further ends of lines, and what is not seen: marks that turn the direction
// of writing, tags, and blanks of no width but the two joiners that some scripts need. The first
// class is \p{Cc}, for which V8 would read Unicode's tables.
const harmful =
  /[^ -~\u00a0-\u{10ffff}]|[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu
const harmfulAt = new RegExp(harmful.source, 'u')

/** Control characters made visible (`ESC` as `^[`), so that no value can steer the terminal. */
export function clean(text: string): string {
  return text.replace(harmful, (char) => {
    const code = char.codePointAt(0) ?? 0
    if (code < 32) return `^${String.fromCharCode(code + 64)}`
    const digits = code.toString(16).padStart(4, '0')
    return code === 127 ? '^?' : digits.length > 4 ? `\\u{${digits}}` : `\\u${digits}`
  })
}

/** A text of several lines, such as an error of the server: its lines and tabs stay. */
export function printable(text: string): string {
  return text
    .split('\n')
    .map((line) => line.split('\t').map(clean).join('\t'))
    .join('\n')
}

// What this program itself writes beside text: colours, and the moves of a picture drawn anew.
const esc = String.fromCharCode(27)
const own = new RegExp(
  `(${esc}\\[[0-9;]*[mA]|\\r?${esc}\\[J|${esc}\\[H${esc}\\[2J|${esc}\\[\\?25[lh])`,
)

/** The last net before a terminal: nothing but text, colours and the moves of the own picture. */
export function harmless(text: string): string {
  if (!harmfulAt.test(text)) return text
  return text
    .split(own)
    .map((part, at) => (at % 2 === 1 ? part : printable(part)))
    .join('')
}

/** Columns that a text takes on a terminal; wide characters take two, colours none. */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length
  let width = 0
  for (const char of stripVTControlCharacters(text)) width += columnsOf(char)
  return width
}

function columnsOf(char: string): number {
  if (drawn.has(char) || plain.test(char)) return 1
  return isCombining(char) ? 0 : isWide(char) ? 2 : 1
}

// Most texts need no more than these two.
const plain = /^[ -~]*$/
const drawn = new Set('✔✖◌◷‖⚠•…─│├└█▒')

// Inside of functions, because V8 reads the tables of Unicode where such an expression is made:
// 2 ms, and 1 MB in memory.
function isCombining(char: string): boolean {
  return /^[\p{Mn}\p{Me}\p{Cf}]$/u.test(char)
}

function isWide(char: string): boolean {
  return /^[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]$|^\p{Emoji_Presentation}$|^[\u{20000}-\u{3fffd}]$/u.test(
    char,
  )
}

/** Pads with blanks up to a number of columns. */
export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)))
}

/** Cut at the end to fit; codes that paint take no room, and are all kept. */
export function cutPainted(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  let left = columns
  let kept = ''
  let inCode = false
  for (const char of text) {
    if (char === '\u001b') inCode = true
    if (!inCode) left -= widthOf(char)
    if (inCode || left >= 0) kept += char
    if (char === 'm') inCode = false
  }
  return kept
}

/**
 * Cut in the middle to fit, keeping the last five characters: that is what tells pods apart.
 * `mark` is the ellipsis.
 */
export function cut(text: string, columns: number, mark = '…'): string {
  if (widthOf(text) <= columns) return text
  const keep = Math.max(1, columns - widthOf(mark))
  const tail = Math.min(5, Math.floor(keep / 2))
  const chars = [...text]
  let head = chars.slice(0, keep - tail)
  const end = chars.slice(chars.length - tail).join('')
  while (head.length > 0 && widthOf(head.join('') + mark + end) > columns) head = head.slice(0, -1)
  return head.join('') + mark + end
}
