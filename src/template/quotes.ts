/**
 * Whether values that a Canary brings stay within the quotes that a query puts them in. The query
 * may be another team's, and is sent with its credentials.
 */

/** What a query language may take for a comment, and which letter keeps a quote from ending a text. */
interface Reading {
  comment: string
  escape: string
  /** Quotes within which it does. */
  escaping: string
}

/** Nobody knows which language it is: a value must stay in its place by every reading. */
const readings: readonly Reading[] = ['', '#', '//', '--'].flatMap((comment) => [
  { comment, escape: '', escaping: '' },
  { comment, escape: '\\', escaping: `"'` },
  { comment, escape: '\\', escaping: '"' },
  { comment, escape: '~', escaping: `"'` },
])

/** What surrounds a value while a query is looked at: for private use, and in no query. */
const begin = '\uE000'
const end = '\uE001'

/** The value, to be found again in a query by `staysInQuotes`. */
export function marked(value: string): string {
  return `${begin}${unmarked(value)}${end}`
}

/** The text without its marks. */
export function unmarked(text: string): string {
  return text.replaceAll(begin, '').replaceAll(end, '')
}

/** Whether a value could leave no quotes at all. */
export function isPlain(value: string): boolean {
  return !/["'`\\~\r\n\uE000\uE001]/.test(value)
}

/** A query is read once for each reading, and none that people write is near to this. */
const longest = 65_536

/** Whether each marked value of the query ends in the quotes that it begins in, and never leaves them. */
export function staysInQuotes(query: string): boolean {
  return query.length <= longest && readings.every((reading) => staysBy(reading, query))
}

/** A place is the quote that is open, a line end within a comment, and nothing outside of both. */
function staysBy(reading: Reading, query: string): boolean {
  let place = ''
  let isEscaped = false
  /** Where the value began that is read now. */
  let home: string | undefined
  for (let at = 0; at < query.length; at++) {
    const letter = query.charAt(at)
    if (letter === begin) home = place
    else if (letter === end) {
      // Its last letter must not take the template's quote with it.
      if (isEscaped || place !== home) return false
      home = undefined
    } else if (isEscaped) isEscaped = false
    else if (isEscape(letter, place, reading)) isEscaped = true
    else place = placeAfter(letter, place, isComment(query, at, reading))
    if (home && place !== home) return false
  }
  return true
}

function isEscape(letter: string, place: string, by: Reading): boolean {
  return letter === by.escape && place !== '' && by.escaping.includes(place)
}

function isComment(query: string, at: number, { comment }: Reading): boolean {
  return comment !== '' && query.startsWith(comment, at)
}

function placeAfter(letter: string, place: string, beginsComment: boolean): string {
  if (place === '\n') return /[\r\n]/.test(letter) ? '' : place
  if (place !== '') return letter === place ? '' : place
  if (beginsComment) return '\n'
  return /["'`]/.test(letter) ? letter : ''
}
