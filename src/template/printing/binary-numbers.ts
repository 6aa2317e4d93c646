/** `%b` and `%x` of a float64 that is finite and not negative: its bits, by the power of two. */

const mantissaBits = 52

interface Parts {
  mantissa: bigint
  exponent: number
}

function partsOf(value: number): Parts {
  const [bits = 0n] = new BigUint64Array(new Float64Array([value]).buffer)
  const biased = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  const mantissa = biased === 0 ? fraction : fraction | 0x10000000000000n
  return { mantissa, exponent: Math.max(1, biased) - 1023 - mantissaBits }
}

/** `4503599627370496p-52` */
export function formatBinary(value: number): string {
  const { mantissa, exponent } = partsOf(value)
  return `${mantissa}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`
}

/** `0x1.8p+00`, with so many digits after the point, or as few as it takes. */
export function formatHex(value: number, precision?: number): string {
  const { mantissa, exponent } = rounded(normal(partsOf(value)), precision)
  const power = mantissa === 0n ? 0 : exponent + mantissaBits
  const [first = '0', ...rest] = mantissa.toString(16).padStart(14, '0')
  const digits = rest.join('')
  const fraction =
    precision === undefined
      ? digits.replace(/0+$/, '')
      : digits.slice(0, precision).padEnd(precision, '0')
  const point = fraction === '' ? '' : `.${fraction}`
  const shown = String(Math.abs(power)).padStart(2, '0')
  return `0x${first}${point}p${power < 0 ? '-' : '+'}${shown}`
}

/** With the highest bit set, as all but the smallest numbers have it. */
function normal({ mantissa, exponent }: Parts): Parts {
  if (mantissa === 0n) return { mantissa, exponent }
  const missing = 53 - mantissa.toString(2).length
  return { mantissa: mantissa << BigInt(missing), exponent: exponent - missing }
}

/** Half goes to the even neighbour. */
function rounded({ mantissa, exponent }: Parts, precision = 13): Parts {
  if (precision >= 13) return { mantissa, exponent }
  const dropped = BigInt(mantissaBits - 4 * precision)
  const unit = 1n << dropped
  const rest = mantissa % unit
  const isUp = 2n * rest > unit || (2n * rest === unit && (mantissa >> dropped) % 2n === 1n)
  const kept = mantissa - rest + (isUp ? unit : 0n)
  return kept >> 53n === 0n
    ? { mantissa: kept, exponent }
    : { mantissa: kept >> 1n, exponent: exponent + 1 }
}
