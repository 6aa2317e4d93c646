/** One value by one verb of Go's fmt package, with its flags. */

import { Float } from '../go-values.ts'
import { isMap, sortedEntries, textOf, typeName, type ValueMap } from '../values.ts'
import { formatBinary, formatHex } from './binary-numbers.ts'
import { formatExponent, formatFixed, formatFloat, formatSignificant } from './go-numbers.ts'
import { cutTo, isPrintable, quoted } from './quote.ts'

export interface Flags {
  sharp?: boolean
  zero?: boolean
  plus?: boolean
  minus?: boolean
  space?: boolean
  /** `%#v`: as it would stand in a program. */
  sharpV?: boolean
  width?: number | undefined
  precision?: number | undefined
}

const floatVerbs = 'feFEgGxXb'
/** Of a number of the data; `%x` and `%b` of a whole one are an int's. */
const onlyFloat = 'feFEgG'
const bases: Readonly<Record<string, number>> = { v: 10, d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 }

/** The text of a value; what the verb can't show is shown as a mistake, as Go does. */
export function formatted(value: unknown, verb: string, flags: Flags): string {
  if (verb === 'T') return plain(typeName(value), flags)
  if (value === undefined || value === null)
    return verb === 'v' ? padded('<nil>', flags) : `%!${verb}(<nil>)`
  return known(value, verb, flags) ?? mistake(value, verb, flags)
}

function mistake(value: unknown, verb: string, flags: Flags): string {
  return `%!${verb}(${typeName(value)}=${formatted(value, 'v', flags)})`
}

function known(value: unknown, verb: string, flags: Flags): string | undefined {
  if (typeof value === 'string') return byString(value, verb, flags)
  if (typeof value === 'bigint') return byInt(value, verb, flags)
  if (value instanceof Float) return byFloat(value.value, verb, flags)
  if (typeof value === 'number') return byData(value, verb, flags)
  if (typeof value === 'boolean')
    return verb === 't' || verb === 'v' ? padded(String(value), flags) : undefined
  if (isMap(value)) return mapText(value, verb, flags)
  return verb === 'v' ? padded(textOf(value), flags) : undefined
}

/** A number of the data is what the verb wants. */
function byData(value: number, verb: string, flags: Flags): string | undefined {
  const isWhole = Number.isSafeInteger(value) && !onlyFloat.includes(verb)
  return isWhole ? byInt(BigInt(value), verb, flags) : byFloat(value, verb, flags)
}

function mapText(map: ValueMap, verb: string, flags: Flags): string {
  const { sharpV } = flags
  const members = sortedEntries(map).map(
    ([key, value]) => `${formatted(key, verb, flags)}:${formatted(value, verb, flags)}`,
  )
  return sharpV ? `${typeName(map)}{${members.join(', ')}}` : `map[${members.join(' ')}]`
}

function plain(text: string, flags: Flags): string {
  return padded(cutTo(text, flags.precision), flags)
}

function byString(value: string, verb: string, flags: Flags): string | undefined {
  const { sharpV } = flags
  if (verb === 'q' || (verb === 'v' && sharpV))
    return padded(quoted(cutTo(value, flags.precision), flags, '"'), flags)
  if (verb === 's' || verb === 'v') return plain(value, flags)
  return verb === 'x' || verb === 'X' ? bytesText(value, verb, flags) : undefined
}

function bytesText(value: string, verb: string, flags: Flags): string {
  const { sharp, space, precision } = flags
  const bytes = [...new TextEncoder().encode(value).subarray(0, precision)]
  const prefix = sharp ? '0x' : ''
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0'))
  const text = space
    ? hex.map((byte) => prefix + byte).join(' ')
    : (bytes.length > 0 ? prefix : '') + hex.join('')
  return padded(verb === 'x' ? text : text.toUpperCase(), flags)
}

function byInt(value: bigint, verb: string, flags: Flags): string | undefined {
  if (verb === 'c') return padded(letterOf(value), flags)
  if (verb === 'q') return padded(quoted(letterOf(value), { plus: flags.plus }, "'"), flags)
  if (verb === 'U') return codePoint(value, flags)
  const base = bases[verb]
  return base === undefined ? undefined : whole(value, base, verb, flags)
}

function codePoint(value: bigint, flags: Flags): string {
  const { sharp, precision = 0 } = flags
  const digits = BigInt.asUintN(64, value).toString(16).toUpperCase()
  const text = `U+${digits.padStart(Math.max(4, precision), '0')}`
  const letter = letterOf(value)
  const isShown = sharp && value >= 0n && value <= 0x10ffffn && isPrintable(letter)
  return padded(isShown ? `${text} '${letter}'` : text, flags, ' ')
}

function whole(value: bigint, base: number, verb: string, flags: Flags): string {
  const { precision, sharp, width = 0, zero, minus } = flags
  if (precision === 0 && value === 0n) return padded('', flags, ' ')
  const sign = signOf(value < 0n, flags)
  const isPadded = precision === undefined && zero && !minus
  const least = precision ?? (isPadded ? width - sign.length : 0)
  const digits = (value < 0n ? -value : value).toString(base).padStart(least, '0')
  const shown = verb === 'X' ? digits.toUpperCase() : digits
  return padded(sign + prefixOf(shown, base, verb, sharp) + shown, flags, ' ')
}

function signOf(isNegative: boolean, flags: Flags): string {
  const { plus, space } = flags
  return isNegative ? '-' : plus ? '+' : space ? ' ' : ''
}

function byFloat(value: number, verb: string, flags: Flags): string | undefined {
  const digits = floatDigits(Math.abs(value), verb, flags)
  if (digits === undefined) return undefined
  const isNegative = value < 0 || Object.is(value, -0)
  const isInfinite = value === Number.POSITIVE_INFINITY
  const sign = isInfinite ? '+' : signOf(isNegative, flags)
  const { zero, minus, width = 0 } = flags
  if (!zero || minus || !Number.isFinite(value)) return padded(sign + digits, flags, ' ')
  return sign + digits.padStart(width - sign.length, '0')
}

function padded(
  text: string,
  flags: Flags,
  filler = flags.zero && !flags.minus ? '0' : ' ',
): string {
  const { width = 0, minus } = flags
  const missing = width - [...text].length
  if (missing <= 0) return text
  return minus ? text + ' '.repeat(missing) : filler.repeat(missing) + text
}

const largestLetter = 0x10ffffn

function letterOf(value: bigint): string {
  const isLetter = value >= 0n && value <= largestLetter && !(value >= 0xd800n && value <= 0xdfffn)
  return isLetter ? String.fromCodePoint(Number(value)) : '\ufffd'
}

function prefixOf(digits: string, base: number, verb: string, sharp = false): string {
  if (verb === 'O') return '0o'
  if (!sharp) return ''
  if (base === 2) return '0b'
  if (base === 8) return digits.startsWith('0') ? '' : '0'
  return base === 16 ? `0${verb}` : ''
}

/** Of a number that is not negative; undefined where the verb is for none. */
function floatDigits(value: number, verb: string, flags: Flags): string | undefined {
  if (verb !== 'v' && !floatVerbs.includes(verb)) return undefined
  if (Number.isNaN(value)) return 'NaN'
  if (value === Number.POSITIVE_INFINITY) return 'Inf'
  const text = floatText(value, verb.toLowerCase(), flags.precision)
  const pointed = flags.sharp && verb !== 'b' ? withPoint(text, verb, flags.precision) : text
  return verb === 'E' || verb === 'G' || verb === 'X' ? pointed.toUpperCase() : pointed
}

function floatText(value: number, verb: string, precision?: number): string {
  switch (verb) {
    case 'f':
      return formatFixed(value, precision ?? 6)
    case 'e':
      return formatExponent(value, precision ?? 6)
    case 'x':
      return formatHex(value, precision)
    case 'b':
      return formatBinary(value)
    default:
      return precision === undefined ? formatFloat(value) : formatSignificant(value, precision)
  }
}

/** `#` keeps the point, and of `%g` and `%x` the zeros up to so many digits. */
function withPoint(text: string, verb: string, precision?: number): string {
  const hasZeros = 'vgGx'.includes(verb)
  const at = text.search(verb === 'x' || verb === 'X' ? /p/ : /e/)
  const [number, tail] = at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)]
  const significant = number.replace('.', '').replace(/^0+/, '').length
  const isZero = number === '0'
  const missing = hasZeros ? (precision ?? 6) - significant - (isZero ? 1 : 0) : 0
  const pointed = number.includes('.') ? number : `${number}.`
  return pointed + '0'.repeat(Math.max(0, missing)) + tail
}
