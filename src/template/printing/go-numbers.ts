/** Numbers as Go's fmt package writes them. */

/** `%v` of a float64: shortest form, with an exponent below 1e-04 and from 1e+06 on. */
export function formatFloat(value: number): string {
  const special = nonFinite(value)
  if (special !== undefined) return special
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const [digits = '', exponentText = '0'] = value.toExponential().split('e')
  const exponent = Number(exponentText)
  if (exponent < -4 || exponent > 5) return digits + exponentOf(exponent)
  return String(value)
}

/** What JavaScript computes; zeros follow, so that no format costs more than its length. */
const mostDecimals = 100

/** `%.2f` and the like: the exact binary value, rounded half to even. */
export function formatFixed(value: number, decimals: number): string {
  const special = nonFinite(value)
  if (special !== undefined) return special
  if (decimals > mostDecimals)
    return formatFixed(value, mostDecimals) + '0'.repeat(decimals - mostDecimals)
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const size = Math.abs(value)
  const exact = size >= 1e21 ? `${BigInt(size)}.` : size.toFixed(100)
  const [whole = '0', fraction = ''] = exact.split('.')
  const padded = fraction.padEnd(decimals + 1, '0')
  const kept = BigInt(whole + padded.slice(0, decimals))
  const digits = (roundsUp(kept, padded.slice(decimals)) ? kept + 1n : kept)
    .toString()
    .padStart(decimals + 1, '0')
  if (decimals === 0) return sign + digits
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

/** `%e`: one digit, a point, digits, and an exponent of at least two. */
export function formatExponent(value: number, decimals: number): string {
  const special = nonFinite(value)
  if (special !== undefined) return special
  if (decimals > mostDecimals) {
    const [digits = '', power = ''] = formatExponent(value, mostDecimals).split('e')
    return `${digits}${'0'.repeat(decimals - mostDecimals)}e${power}`
  }
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const [exact = '0', exponentText = '0'] = Math.abs(value).toExponential(100).split('e')
  const all = exact.replace('.', '')
  const size = decimals + 1
  const kept = BigInt(all.slice(0, size).padEnd(size, '0'))
  const digits = String(roundsUp(kept, all.slice(size)) ? kept + 1n : kept).padStart(size, '0')
  const exponent = Number(exponentText) + digits.length - size
  const fraction = digits.slice(1, size)
  return `${sign}${digits.charAt(0)}${fraction === '' ? '' : `.${fraction}`}${exponentOf(exponent)}`
}

/** `%.3g`: that many digits, without trailing zeros. */
export function formatSignificant(value: number, digits: number): string {
  const special = nonFinite(value)
  if (special !== undefined) return special
  const precision = Math.min(mostDecimals, Math.max(1, digits))
  const [mantissa = '', exponentText = '0'] = formatExponent(value, precision - 1).split('e')
  const exponent = Number(exponentText)
  const kept = withoutZeros(mantissa)
  const written = kept.replace(/[-.]/g, '').length
  // With more digits asked for than there are, Go compares with those that there are.
  const limit = precision > written && written >= exponent + 1 ? written : precision
  if (exponent < -4 || exponent >= limit) return kept + exponentOf(exponent)
  return withoutZeros(formatFixed(value, Math.max(0, precision - 1 - exponent)))
}

function withoutZeros(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text
}

function nonFinite(value: number): string | undefined {
  if (Number.isNaN(value)) return 'NaN'
  if (Number.isFinite(value)) return undefined
  return value > 0 ? '+Inf' : '-Inf'
}

/** The digits after the last kept one decide; exactly half goes to the even neighbour. */
function roundsUp(kept: bigint, rest: string): boolean {
  const [first = '0'] = rest
  if (first !== '5') return first > '5'
  return /[1-9]/.test(rest.slice(1)) || kept % 2n === 1n
}

function exponentOf(exponent: number): string {
  const digits = String(Math.abs(exponent)).padStart(2, '0')
  return `e${exponent < 0 ? '-' : '+'}${digits}`
}
