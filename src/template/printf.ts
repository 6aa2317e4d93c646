/** `printf`, `print` and `println` as in Go's fmt package. */
import { formatExponent, formatFixed, formatFloat } from './go-numbers.ts'
import { isMap, sortedEntries, textOf, typeName, type ValueMap } from './values.ts'

const directive = /%([-+# 0]*)(\[\d+\])?(\*|\d+)?(?:\.(\*|\d+)?)?(\[\d+\])?(.)?/gsu
const widest = 1_000_000
const longestText = 4_194_304

/** Formats by Go's verbs; what does not fit is shown in the text, as Go does. */
export function printf(format: string, ...values: unknown[]): string {
  const given: Given = { values, next: 0, isReordered: false }
  let length = 0
  const text = format.replace(directive, (whole: string, ...groups: (string | undefined)[]) => {
    const part = formatDirective(whole, groups, given)
    length += part.length
    if (length > longestText) throw new Error('the text is too long')
    return part
  })
  if (given.isReordered || given.next >= values.length) return text
  const extra = values.slice(given.next).map((value) => `${typeName(value)}=${textOf(value)}`)
  return `${text}%!(EXTRA ${extra.join(', ')})`
}

interface Given {
  values: readonly unknown[]
  /** Index of the value that the next verb takes. */
  next: number
  /** Once values were named by their number, those left over are no mistake. */
  isReordered: boolean
}

function formatDirective(
  whole: string,
  groups: readonly (string | undefined)[],
  given: Given,
): string {
  const [flags = '', first, wide, precise, second, verb] = groups
  if (verb === undefined) return '%!(NOVERB)'
  if (verb === '%') return '%'
  choose(given, first)
  const [width, badWidth] = numberFor(wide, given, 'BADWIDTH')
  const [precision, badPrecision] = numberFor(precise, given, 'BADPREC')
  choose(given, second)
  const before = badWidth + badPrecision
  if (given.next < 0 || given.next >= given.values.length)
    return `${before}%!${verb}(${first || second ? 'BADINDEX' : 'MISSING'})`
  const value = given.values[given.next++]
  const digits = whole.includes('.') ? Math.min(Math.abs(precision), 100) : undefined
  const formatted = formatValue({ verb, value, flags, digits })
  const padding = width < 0 ? `${flags}-` : flags
  const size = Math.min(Math.abs(width), widest)
  return before + pad(formatted, size, padding, typeof value === 'number')
}

/** `%[2]s` takes the second value. */
function choose(given: Given, index: string | undefined): void {
  if (index === undefined) return
  given.next = Number(index.slice(1, -1)) - 1
  given.isReordered = true
}

/** A number as written, or the next value for a `*`, and what is said where that is no number. */
function numberFor(
  written: string | undefined,
  given: Given,
  complaint: string,
): [value: number, said: string] {
  if (written !== '*') return [Number(written ?? 0), '']
  const value = given.values[given.next++]
  return Number.isInteger(value) ? [Number(value), ''] : [0, `%!(${complaint})`]
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

export function println(...values: unknown[]): string {
  return `${values.map(textOf).join(' ')}\n`
}

interface Directive {
  verb: string
  value: unknown
  flags: string
  digits: number | undefined
}

function formatValue(of: Directive): string {
  const { verb, value, digits } = of
  if (verb === 'v' && flag(of, '#') && typeof value === 'string') return quoted(value, of)
  if (verb === 'v') return cut(textOf(value), digits)
  if (verb === 'T') return typeName(value)
  if (value === undefined || value === null) return `%!${verb}(<nil>)`
  if (isMap(value)) return mapText(of, value)
  const formatted =
    typeof value === 'number'
      ? formatNumber(value, of)
      : typeof value === 'string'
        ? formatString(value, of)
        : typeof value === 'boolean' && verb === 't'
          ? String(value)
          : undefined
  return formatted ?? `%!${verb}(${typeName(value)}=${textOf(value)})`
}

/** Each member of a map by itself: `map[a:"1" b:"2"]` for `%q`. */
function mapText(of: Directive, map: ValueMap): string {
  const members = sortedEntries(map).map(
    ([key, member]) =>
      `${formatValue({ ...of, value: key })}:${formatValue({ ...of, value: member })}`,
  )
  return `map[${members.join(' ')}]`
}

function formatString(value: string, of: Directive): string | undefined {
  const { verb, digits } = of
  if (verb === 's') return cut(value, digits)
  if (verb === 'q')
    return flag(of, '#') && !value.includes('`') ? `\`${value}\`` : quoted(cut(value, digits), of)
  if (verb === 'x' || verb === 'X') {
    const hex = [...new TextEncoder().encode(value)]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join(flag(of, ' ') ? ' ' : '')
    return verb === 'x' ? hex : hex.toUpperCase()
  }
  return undefined
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

/** As Go's strconv quotes; with the flag `+` in ASCII. */
function quoted(text: string, of: Directive, mark = '"'): string {
  const inner = [...text].map((letter) => {
    const code = letter.codePointAt(0) ?? 0
    if (letter === mark) return `\\${mark}`
    const short = escapes[letter]
    if (short !== undefined) return short
    if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`
    if (code < 0x80 || !flag(of, '+')) return letter
    return code > 0xffff
      ? `\\U${code.toString(16).padStart(8, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`
  })
  return mark + inner.join('') + mark
}

function formatNumber(value: number, of: Directive): string | undefined {
  if (of.verb === 'c' || of.verb === 'q') return formatRune(value, of)
  if (of.verb === 'U')
    return Number.isInteger(value)
      ? `U+${BigInt.asUintN(64, BigInt(value)).toString(16).toUpperCase().padStart(4, '0')}`
      : undefined
  const text = formatDigits(value, of)
  if (text === undefined || value < 0) return text
  return flag(of, '+') ? `+${text}` : flag(of, ' ') ? ` ${text}` : text
}

function formatRune(value: number, of: Directive): string | undefined {
  if (!Number.isInteger(value)) return undefined
  const isLetter = value >= 0 && value <= 0x10ffff
  const letter = isLetter ? String.fromCodePoint(value) : '\ufffd'
  return of.verb === 'c' ? letter : quoted(letter, of, "'")
}

const radixes: Readonly<Record<string, number>> = { d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 }

function formatDigits(value: number, of: Directive): string | undefined {
  const { verb, digits } = of
  if (verb === 'f' || verb === 'F') return formatFixed(value, digits ?? 6)
  if (verb === 'e') return formatExponent(value, digits ?? 6)
  if (verb === 'E' || verb === 'G')
    return formatDigits(value, { ...of, verb: verb.toLowerCase() })?.toUpperCase()
  if (verb === 'g') return digits === undefined ? formatFloat(value) : significant(value, digits)
  const radix = radixes[verb]
  if (radix === undefined || !Number.isInteger(value)) return undefined
  const prefix = verb === 'O' ? '0o' : flag(of, '#') && radix === 16 ? '0x' : ''
  const text = (value < 0 ? '-' : '') + prefix + Math.abs(value).toString(radix)
  return verb === 'X' ? text.toUpperCase() : text
}

/** `%.3g`: that many digits, without trailing zeros. */
function significant(value: number, digits: number): string {
  const precision = Math.max(1, digits)
  const rounded = Number(value.toPrecision(precision))
  const exponent = rounded === 0 ? 0 : Math.floor(Math.log10(Math.abs(rounded)))
  if (exponent >= -4 && exponent < precision) return String(rounded)
  return formatExponent(rounded, precision - 1).replace(/\.?0+e/, 'e')
}

const flag = ({ flags }: Directive, wanted: string): boolean => flags.includes(wanted)

const cut = (text: string, digits: number | undefined): string =>
  digits === undefined ? text : [...text].slice(0, digits).join('')

function pad(text: string, width: number, flags: string, isNumber: boolean): string {
  const missing = width - [...text].length
  if (missing <= 0) return text
  if (flags.includes('-')) return text + ' '.repeat(missing)
  if (!flags.includes('0') || !isNumber) return ' '.repeat(missing) + text
  const [sign = ''] = /^[-+]?/.exec(text) ?? []
  return sign + '0'.repeat(missing) + text.slice(sign.length)
}
