/** Lines of a width, with nothing left out. */
import { cutPainted, widthOf } from './clean.ts'

/** Lines of whole words; a word that is too long alone goes on in the next line. */
export function wrap(text: string, room: number): string[] {
  const width = Math.max(1, room)
  if (widthOf(text) <= width) return [text]
  const lines: string[] = []
  for (const word of text.split(' ').flatMap((one) => pieces(one, width))) {
    const last = lines.at(-1)
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** Behind a first line that begins with `head`, the others are indented as far. */
export function wrapBehind(head: string, text: string, width: number | undefined): string[] {
  const indent = widthOf(head)
  // A column of a few letters says less than lines that begin further left.
  const hang = width !== undefined && width - indent < leastRoom ? 4 : indent
  const room = width === undefined ? Number.POSITIVE_INFINITY : width - hang
  const [first = '', ...more] = wrap(hang === indent ? text : `${head}${text}`, room)
  const begin = hang === indent ? head + first : first
  return [begin, ...more.map((line) => ' '.repeat(hang) + line)]
}

const leastRoom = 20

/** A bar is cut, since half of it in the next line says nothing; all else is broken. */
function pieces(word: string, width: number): string[] {
  if (widthOf(word) <= width) return [word]
  if (word.includes('\u001b')) return [cutPainted(word, width)]
  const parts: string[] = []
  let part = ''
  for (const char of word) {
    if (widthOf(part + char) > width) {
      parts.push(part)
      part = ''
    }
    part += char
  }
  return [...parts, part]
}
