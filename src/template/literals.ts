/** Go's string and number literals. */

/** The text of a quoted or raw string; throws Error when an escape is none of Go's. */
export function readString(source: string): string {
  if (source.startsWith('`')) return source.slice(1, -1)
  return unescaped(source.slice(1, -1))
}

/** A number, or the code of a character such as 'a'; throws Error when it is neither. */
export function readNumber(source: string): number {
  if (source.startsWith("'")) {
    const [letter = '', ...rest] = unescaped(source.slice(1, -1))
    if (rest.length > 0) throw new Error(`malformed character constant: ${source}`)
    return letter.codePointAt(0) ?? 0
  }
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/.exec(source.replaceAll('_', '')) ?? []
  const octal = /^0\d+$/.test(digits) ? `0o${digits.slice(1)}` : digits
  const value = Number(octal)
  if (Number.isNaN(value)) throw new Error(`bad number syntax: "${source}"`)
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

function unescaped(text: string): string {
  return text.replace(
    /\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{3}|.?)/gs,
    (_whole, code: string) => {
      const plain = Object.hasOwn(named, code) ? named[code] : undefined
      if (plain !== undefined) return plain
      const isOctal = /^[0-7]{3}$/.test(code)
      const point = isOctal ? Number.parseInt(code, 8) : Number.parseInt(code.slice(1), 16)
      if (!isOctal && code.length < 3) throw new Error(`invalid syntax: "${text}"`)
      return String.fromCodePoint(point)
    },
  )
}
