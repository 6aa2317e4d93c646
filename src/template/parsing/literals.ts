/** Go's string and number literals. */
import { Float, Overflow } from '../go-values.ts'

/** The text of a quoted or raw string; throws Error when an escape is none of Go's. */
export function readString(source: string): string {
  if (source.startsWith('`')) return source.slice(1, -1)
  return unescaped(source.slice(1, -1), '"')
}

/** A number, or the code of a character such as 'a'; throws Error when it is neither. */
export function readNumber(source: string): bigint | Float | Overflow {
  if (source.startsWith("'")) return readCharacter(source)
  if (wholeNumber.test(source)) return readWhole(source)
  const text = source.replaceAll('_', '')
  const value = hexFloat.test(text) ? readHexFloat(text) : decimal.test(text) ? Number(text) : NaN
  if (Number.isNaN(value)) throw new Error(`illegal number syntax: ${JSON.stringify(source)}`)
  if (!Number.isFinite(value)) throw new Error(`illegal number syntax: ${JSON.stringify(source)}`)
  if (!/[.eEpP]/.test(text)) throw new Error(`integer overflow: ${JSON.stringify(source)}`)
  return new Float(value)
}

const wholeNumber =
  /^[+-]?(?:0[xX](?:_?[\da-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?\d)*)$/
const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/
const hexFloat = /^([+-]?)0[xX]([\da-fA-F]*)(?:\.([\da-fA-F]*))?[pP]([+-]?\d+)$/

function readCharacter(source: string): bigint {
  const [letter, ...rest] = unescaped(source.slice(1, -1), "'")
  if (letter === undefined || rest.length > 0)
    throw new Error(`malformed character constant: ${source}`)
  return BigInt(letter.codePointAt(0) ?? 0)
}

const mostDigits = 100

/** What fits no int64 is refused: at once where it fits no uint64 either, else when it is used. */
function readWhole(source: string): bigint | Overflow {
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/.exec(source.replaceAll('_', '')) ?? []
  const tooLong = digits.length > mostDigits
  const size = tooLong ? 2n ** 64n : BigInt(digits.replace(/^0([0-7]+)$/, '0o$1'))
  const value = sign === '-' ? -size : size
  if (BigInt.asIntN(64, value) === value) return value
  if (sign === '' && BigInt.asUintN(64, value) === value) return new Overflow(source)
  throw new Error(`integer overflow: ${JSON.stringify(source)}`)
}

function readHexFloat(text: string): number {
  const [, sign, whole = '', fraction = '', exponent = ''] = hexFloat.exec(text) ?? []
  const digits = whole + fraction
  if (digits === '' || digits.length > mostDigits) return Number.NaN
  const scale = Number(exponent) - 4 * fraction.length
  const value = Number(BigInt(`0x${digits}`)) * 2 ** scale
  return sign === '-' ? -value : value
}

const named: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
}

/** The other kind of quote needs no escape, and has none. */
function unescaped(text: string, mark: string): string {
  return text.replace(
    /\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{3}|.?)/gs,
    (_whole, code: string) => {
      const isOther = (code === '"' || code === "'") && code !== mark
      const plain = !isOther && Object.hasOwn(named, code) ? named[code] : undefined
      if (plain !== undefined) return plain
      const isOctal = /^[0-7]{3}$/.test(code)
      const point = isOctal ? Number.parseInt(code, 8) : Number.parseInt(code.slice(1), 16)
      const isByte = isOctal ? point < 256 : code.length >= 3
      const isLetter = point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff)
      if (!isByte || !isLetter) throw new Error(`invalid syntax: "${text}"`)
      return String.fromCodePoint(point)
    },
  )
}
