/** Texts in quotes, as Go's strconv writes them. */

interface QuoteFlags {
  /** In raw quotes where that is possible. */
  sharp?: boolean | undefined
  /** In ASCII. */
  plus?: boolean | undefined
}

const escapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\\': '\\\\',
}

/** The first so many characters. */
export function cutTo(text: string, precision: number | undefined): string {
  return precision === undefined ? text : [...text].slice(0, precision).join('')
}

/** The text, escaped, between two of `mark`; with `sharp` in raw quotes, where it allows them. */
export function quoted(text: string, { sharp, plus = false }: QuoteFlags, mark: string): string {
  // Raw quotes can hold no other control character, and no mark of byte order.
  if (sharp && !/(?!\t)\p{Cc}|[`\ufeff]/u.test(text)) return `\`${text}\``
  const inner = [...text].map((letter) => escaped(letter, mark, plus))
  return mark + inner.join('') + mark
}

function escaped(letter: string, mark: string, isAscii: boolean): string {
  if (letter === mark) return `\\${mark}`
  const short = escapes[letter]
  if (short !== undefined) return short
  const code = letter.codePointAt(0) ?? 0
  const isShown = code < 0x80 ? code >= 0x20 && code !== 0x7f : !isAscii && isPrintable(letter)
  if (isShown) return letter
  const hex = code.toString(16)
  if (code < 0x80) return `\\x${hex.padStart(2, '0')}`
  return code > 0xffff ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`
}

/** Letters, marks, numbers, punctuation and symbols; of blanks the one of ASCII alone. */
export function isPrintable(letter: string): boolean {
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(letter)
}
