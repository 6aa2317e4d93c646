/** One value by one verb of Go's fmt package, with its flags. */
import { formatBinary, formatHex } from './binary-numbers.ts'
import { formatExponent, formatFixed, formatFloat, formatSignificant } from './go-numbers.ts'
import { Float } from './go-values.ts'
import { cutTo, isPrintable, quoted } from './quote.ts'
import { isMap, sortedEntries, textOf, typeName, type ValueMap } from './values.ts'

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

export class Formatter {
  readonly #flags: Flags

  constructor(flags: Flags) {
    this.#flags = flags
  }

  /** The text of a value; what the verb can't show is shown as a mistake, as Go does. */
  text(value: unknown, verb: string): string {
    if (verb === 'T') return this.#string(typeName(value))
    if (value === undefined || value === null)
      return verb === 'v' ? this.#pad('<nil>') : `%!${verb}(<nil>)`
    return this.#known(value, verb) ?? this.#bad(value, verb)
  }

  #bad(value: unknown, verb: string): string {
    return `%!${verb}(${typeName(value)}=${this.text(value, 'v')})`
  }

  #known(value: unknown, verb: string): string | undefined {
    if (typeof value === 'string') return this.#byString(value, verb)
    if (typeof value === 'bigint') return this.#byInt(value, verb)
    if (value instanceof Float) return this.#byFloat(value.value, verb)
    if (typeof value === 'number') return this.#byData(value, verb)
    if (typeof value === 'boolean')
      return verb === 't' || verb === 'v' ? this.#pad(String(value)) : undefined
    if (isMap(value)) return this.#map(value, verb)
    return verb === 'v' ? this.#pad(textOf(value)) : undefined
  }

  /** A number of the data is what the verb wants. */
  #byData(value: number, verb: string): string | undefined {
    const isWhole = Number.isSafeInteger(value) && !onlyFloat.includes(verb)
    return isWhole ? this.#byInt(BigInt(value), verb) : this.#byFloat(value, verb)
  }

  #map(map: ValueMap, verb: string): string {
    const { sharpV } = this.#flags
    const members = sortedEntries(map).map(
      ([key, value]) => `${this.text(key, verb)}:${this.text(value, verb)}`,
    )
    return sharpV ? `${typeName(map)}{${members.join(', ')}}` : `map[${members.join(' ')}]`
  }

  #string(text: string): string {
    return this.#pad(cutTo(text, this.#flags.precision))
  }

  #byString(value: string, verb: string): string | undefined {
    const { sharpV } = this.#flags
    if (verb === 'q' || (verb === 'v' && sharpV))
      return this.#pad(quoted(cutTo(value, this.#flags.precision), this.#flags, '"'))
    if (verb === 's' || verb === 'v') return this.#string(value)
    return verb === 'x' || verb === 'X' ? this.#bytes(value, verb) : undefined
  }

  #bytes(value: string, verb: string): string {
    const { sharp, space, precision } = this.#flags
    const bytes = [...new TextEncoder().encode(value).subarray(0, precision)]
    const prefix = sharp ? '0x' : ''
    const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0'))
    const text = space
      ? hex.map((byte) => prefix + byte).join(' ')
      : (bytes.length > 0 ? prefix : '') + hex.join('')
    return this.#pad(verb === 'x' ? text : text.toUpperCase())
  }

  #byInt(value: bigint, verb: string): string | undefined {
    if (verb === 'c') return this.#pad(letterOf(value))
    if (verb === 'q') return this.#pad(quoted(letterOf(value), { plus: this.#flags.plus }, "'"))
    if (verb === 'U') return this.#codePoint(value)
    const base = bases[verb]
    return base === undefined ? undefined : this.#whole(value, base, verb)
  }

  #codePoint(value: bigint): string {
    const { sharp, precision = 0 } = this.#flags
    const digits = BigInt.asUintN(64, value).toString(16).toUpperCase()
    const text = `U+${digits.padStart(Math.max(4, precision), '0')}`
    const letter = letterOf(value)
    const isShown = sharp && value >= 0n && value <= 0x10ffffn && isPrintable(letter)
    return this.#pad(isShown ? `${text} '${letter}'` : text, ' ')
  }

  #whole(value: bigint, base: number, verb: string): string {
    const { precision, sharp, width = 0, zero, minus } = this.#flags
    if (precision === 0 && value === 0n) return this.#pad('', ' ')
    const sign = this.#sign(value < 0n)
    const isPadded = precision === undefined && zero && !minus
    const least = precision ?? (isPadded ? width - sign.length : 0)
    const digits = (value < 0n ? -value : value).toString(base).padStart(least, '0')
    const shown = verb === 'X' ? digits.toUpperCase() : digits
    return this.#pad(sign + prefixOf(shown, base, verb, sharp) + shown, ' ')
  }

  #sign(isNegative: boolean): string {
    const { plus, space } = this.#flags
    return isNegative ? '-' : plus ? '+' : space ? ' ' : ''
  }

  #byFloat(value: number, verb: string): string | undefined {
    const digits = floatDigits(Math.abs(value), verb, this.#flags)
    if (digits === undefined) return undefined
    const isNegative = value < 0 || Object.is(value, -0)
    const isInfinite = value === Number.POSITIVE_INFINITY
    const sign = isInfinite ? '+' : this.#sign(isNegative)
    const { zero, minus, width = 0 } = this.#flags
    if (!zero || minus || !Number.isFinite(value)) return this.#pad(sign + digits, ' ')
    return sign + digits.padStart(width - sign.length, '0')
  }

  #pad(text: string, filler = this.#flags.zero && !this.#flags.minus ? '0' : ' '): string {
    const { width = 0, minus } = this.#flags
    const missing = width - [...text].length
    if (missing <= 0) return text
    return minus ? text + ' '.repeat(missing) : filler.repeat(missing) + text
  }
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
