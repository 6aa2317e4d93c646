/** `printf`, `print` and `println` as in Go's fmt package. */
import { formatExponent, formatFixed, formatFloat } from './go-numbers.ts'
import { textOf, typeName } from './values.ts'

const directive = /%([-+# 0]*)(\d+)?(?:\.(\d+)?)?(.)?/gsu
const widest = 1_000_000

/** Formats by Go's verbs; what does not fit is shown in the text, as Go does. */
export function printf(format: string, ...values: unknown[]): string {
  let used = 0
  const text = format.replace(directive, (whole: string, ...groups: (string | undefined)[]) => {
    const [flags = '', width, precision, verb] = groups
    if (verb === undefined) return '%!(NOVERB)'
    if (verb === '%') return '%'
    if (used >= values.length) return `%!${verb}(MISSING)`
    const digits = whole.includes('.') ? Math.min(Number(precision ?? 0), 100) : undefined
    const value = values[used++]
    const formatted = formatValue({ verb, value, flags, digits })
    return pad(formatted, Math.min(Number(width ?? 0), widest), flags, typeof value === 'number')
  })
  if (used >= values.length) return text
  const extra = values.slice(used).map((value) => `${typeName(value)}=${textOf(value)}`)
  return `${text}%!(EXTRA ${extra.join(', ')})`
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
  if (verb === 'v' && typeof value === 'number' && flag(of, '+') && value >= 0)
    return `+${textOf(value)}`
  if (verb === 'v') return cut(textOf(value), digits)
  if (verb === 'T') return typeName(value)
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

function formatString(value: string, { verb, digits }: Directive): string | undefined {
  if (verb === 's') return cut(value, digits)
  if (verb === 'q') return JSON.stringify(cut(value, digits))
  if (verb === 'x' || verb === 'X') {
    const hex = [...new TextEncoder().encode(value)]
      .map((byte) => byte.toString(16).padStart(2, '0'))
      .join('')
    return verb === 'x' ? hex : hex.toUpperCase()
  }
  return undefined
}

function formatNumber(value: number, of: Directive): string | undefined {
  const text = of.verb === 'c' || of.verb === 'q' ? formatRune(value, of) : formatDigits(value, of)
  return text !== undefined && flag(of, '+') && value >= 0 ? `+${text}` : text
}

function formatRune(value: number, { verb }: Directive): string | undefined {
  if (!Number.isInteger(value) || value < 0 || value > 0x10ffff) return undefined
  const letter = String.fromCodePoint(value)
  return verb === 'c' ? letter : `'${letter}'`
}

const radixes: Readonly<Record<string, number>> = { d: 10, b: 2, o: 8, x: 16, X: 16 }

function formatDigits(value: number, of: Directive): string | undefined {
  const { verb, digits } = of
  if (verb === 'f' || verb === 'F') return formatFixed(value, digits ?? 6)
  if (verb === 'e') return formatExponent(value, digits ?? 6)
  if (verb === 'g') return digits === undefined ? formatFloat(value) : significant(value, digits)
  const radix = radixes[verb]
  if (radix === undefined || !Number.isInteger(value)) return undefined
  const text = (flag(of, '#') && radix === 16 ? '0x' : '') + value.toString(radix)
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
