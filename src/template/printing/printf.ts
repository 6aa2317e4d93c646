/** `printf`, `print` and `println` as in Go's fmt package. */

import { intOf } from '../go-values.ts'
import { textOf, typeName } from '../values.ts'
import { type Flags, formatted } from './format.ts'

const largestNumber = 1_000_000
const longestText = 4_194_304
/** With its brackets; no further, so that a format of brackets alone takes no square of its length. */
const longestIndex = 64

/** Formats by Go's verbs; what does not fit is shown in the text, as Go does. */
export function printf(format: string, ...values: unknown[]): string {
  const run: Run = { format, values, at: 0, next: 0, isReordered: false, isGood: true }
  const parts: string[] = []
  let length = 0
  while (run.at < format.length) {
    const percent = format.indexOf('%', run.at)
    const end = percent < 0 ? format.length : percent
    const text = format.slice(run.at, end)
    run.at = end + 1
    const part = percent < 0 ? text : text + directive(run)
    length += part.length
    if (length > longestText) throw new Error('the text is too long')
    parts.push(part)
  }
  return parts.join('') + leftOver(run)
}

interface Run {
  format: string
  values: readonly unknown[]
  /** Where the next character is read. */
  at: number
  /** Index of the value that the next verb takes. */
  next: number
  /** Once values were named by their number, those left over are no mistake. */
  isReordered: boolean
  isGood: boolean
}

function leftOver({ isReordered, next, values }: Run): string {
  if (isReordered || next >= values.length) return ''
  const extra = values.slice(next).map((value) => {
    const isNone = value === undefined || value === null
    return isNone ? '<nil>' : `${typeName(value)}=${textOf(value)}`
  })
  return `%!(EXTRA ${extra.join(', ')})`
}

/** What stands for one `%…`; the position is behind it. */
function directive(run: Run): string {
  run.isGood = true
  const flags = readFlags(run)
  let isNamed = readIndex(run)
  const [width, badWidth, isStar] = readSize(run, 'BADWIDTH')
  if (width !== undefined && !isStar && isNamed) run.isGood = false
  isNamed = isStar ? false : isNamed
  setWidth(flags, width)
  let said = badWidth
  if (run.format[run.at] === '.') {
    run.at++
    if (isNamed) run.isGood = false
    isNamed = readIndex(run)
    const [precision, badPrecision, isStarred] = readSize(run, 'BADPREC')
    isNamed = isStarred ? false : isNamed
    const isNegative = precision !== undefined && precision < 0
    said += isNegative ? '%!(BADPREC)' : badPrecision
    flags.precision = isNegative ? undefined : isStarred ? precision : (precision ?? 0)
  }
  if (!isNamed) readIndex(run)
  return said + verbText(run, flags)
}

function setWidth(flags: Flags, width: number | undefined): void {
  if (width === undefined) return
  flags.width = Math.abs(width)
  if (width < 0) Object.assign(flags, { minus: true, zero: false })
}

function verbText(run: Run, flags: Flags): string {
  const code = run.format.codePointAt(run.at)
  if (code === undefined || run.at >= run.format.length) return '%!(NOVERB)'
  const verb = String.fromCodePoint(code)
  run.at += verb.length
  if (verb === '%') return '%'
  if (!run.isGood) return `%!${verb}(BADINDEX)`
  if (run.next >= run.values.length) return `%!${verb}(MISSING)`
  const value = run.values[run.next++]
  if (verb === 'v') Object.assign(flags, { sharpV: flags.sharp, sharp: false, plus: false })
  return formatted(value, verb, flags)
}

const flagNames: Readonly<Record<string, 'sharp' | 'zero' | 'plus' | 'minus' | 'space'>> = {
  '#': 'sharp',
  '0': 'zero',
  '+': 'plus',
  '-': 'minus',
  ' ': 'space',
}

function readFlags(run: Run): Flags {
  const flags: Flags = {}
  for (;;) {
    const name = flagNames[run.format[run.at] ?? '']
    if (name === undefined) return flags
    flags[name] = true
    run.at++
  }
}

/** `[2]` names the value that is taken next; true where it stands, and is sound. */
function readIndex(run: Run): boolean {
  if (run.format[run.at] !== '[') return false
  run.isReordered = true
  const inside = run.format.slice(run.at, run.at + longestIndex).indexOf(']')
  const close = inside < 0 ? -1 : run.at + inside
  const written = close < 0 ? '' : run.format.slice(run.at + 1, close)
  const index = /^\d{1,7}$/.test(written) ? Number(written) - 1 : -1
  run.at = close < 0 ? run.at + 1 : close + 1
  const isSound = index >= 0 && index < run.values.length
  if (isSound) run.next = index
  else run.isGood = false
  return /^\d{1,7}$/.test(written)
}

/** A number as written, or the next value for a `*`, and what is said where that is none. */
function readSize(
  run: Run,
  complaint: string,
): [size: number | undefined, said: string, isStar: boolean] {
  if (run.format[run.at] === '*') {
    run.at++
    const given = intOf(run.values[run.next])
    if (run.next < run.values.length) run.next++
    const isBad = given === undefined || Math.abs(given) > largestNumber
    return isBad ? [undefined, `%!(${complaint})`, true] : [given, '', true]
  }
  const digits = /\d*/y
  digits.lastIndex = run.at
  const written = digits.exec(run.format)?.[0] ?? ''
  if (written === '') return [undefined, '', false]
  run.at += written.length
  if (written.length > 8 || Number(written.slice(0, -1)) > largestNumber) {
    // Go reads no further then.
    run.at = run.format.length
    return [undefined, '', false]
  }
  if (Number(written) > longestText) throw new Error('the text is too long')
  return [Number(written), '', false]
}

/** Blanks only between two operands that are no strings. */
export function print(...values: unknown[]): string {
  return values
    .map((value, index) => {
      const previous = values[index - 1]
      const apart = index > 0 && typeof value !== 'string' && typeof previous !== 'string'
      return (apart ? ' ' : '') + textOf(value)
    })
    .join('')
}

/** Blanks between all operands, and a line feed at the end. */
export function println(...values: unknown[]): string {
  return `${values.map(textOf).join(' ')}\n`
}
