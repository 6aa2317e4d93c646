/** Durations in Go's syntax, as they stand in specs and in the text of events. */

const nanoseconds: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
}

const longest = 2 ** 63

/** Milliseconds of a duration such as `1m30s`, or the error with which Go refuses the text. */
export function readDuration(text: string): { ms: number } | { error: string } {
  const unsigned = text.replace(/^[-+]/, '')
  if (unsigned === '0') return { ms: 0 }
  if (unsigned === '') return invalid(text)

  let total = 0
  let rest = unsigned
  while (rest !== '') {
    const [whole, number, unit] = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(rest) ?? []
    if (whole === undefined || number === undefined || unit === undefined) return invalid(text)
    if (unit === '') return { error: `time: missing unit in duration ${quote(text)}` }
    const factor = Object.hasOwn(nanoseconds, unit) ? nanoseconds[unit] : undefined
    if (factor === undefined)
      return { error: `time: unknown unit ${quote(unit)} in duration ${quote(text)}` }
    total += nanosecondsOf(number, factor)
    rest = rest.slice(whole.length)
  }
  if (total >= longest) return invalid(text)
  const ms = total / 1e6
  return { ms: text.startsWith('-') ? -ms : ms }
}

function invalid(text: string): { error: string } {
  return { error: `time: invalid duration ${quote(text)}` }
}

/** As many digits as Go looks at. */
const fractionDigits = 18

/** Go drops what is left of a nanosecond, and counts the fraction apart, so that 0.29s is exact. */
function nanosecondsOf(number: string, factor: number): number {
  const [whole = '', digits = ''] = number.split('.')
  const fraction = digits.slice(0, fractionDigits)
  return Number(whole) * factor + Math.trunc(Number(fraction) * (factor / 10 ** fraction.length))
}

/** Milliseconds of a duration such as `1m30s`; undefined when Go would refuse the text. */
export function parseDuration(text: string): number | undefined {
  const read = readDuration(text)
  return 'ms' in read ? read.ms : undefined
}

/** Writes milliseconds as Go does: `1m0s`, `1.515123456s`, `500ms`, `250µs`, `0s`. */
export function formatDuration(ms: number): string {
  const total = BigInt(Math.round(Math.abs(ms) * 1e6))
  const sign = ms < 0 && total > 0n ? '-' : ''
  if (total === 0n) return '0s'
  if (total < 1_000n) return `${sign}${total}ns`
  if (total < 1_000_000n) return `${sign}${decimal(total, 3)}µs`
  if (total < 1_000_000_000n) return `${sign}${decimal(total, 6)}ms`

  const minutes = total / 60_000_000_000n
  const seconds = `${decimal(total % 60_000_000_000n, 9)}s`
  if (minutes === 0n) return sign + seconds
  if (minutes < 60n) return `${sign}${minutes}m${seconds}`
  return `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`
}

/** `1500` with 3 places is `1.5`. */
function decimal(value: bigint, places: number): string {
  const unit = 10n ** BigInt(places)
  const fraction = String(value % unit)
    .padStart(places, '0')
    .replace(/0+$/, '')
  return fraction === '' ? `${value / unit}` : `${value / unit}.${fraction}`
}

/** Quotes as Go's time package does: bytes outside printable ASCII in hexadecimal. */
function quote(text: string): string {
  const bytes = [...new TextEncoder().encode(text)].map((byte) => {
    if (byte < 0x20 || byte >= 0x80) return `\\x${byte.toString(16).padStart(2, '0')}`
    const letter = String.fromCharCode(byte)
    return letter === '"' || letter === '\\' ? `\\${letter}` : letter
  })
  return `"${bytes.join('')}"`
}

/** `1m0s` as `1m`. */
export function shortDuration(text: string): string {
  return text.replace(/(\D)0s$/, '$1').replace(/(\D)0m$/, '$1')
}
