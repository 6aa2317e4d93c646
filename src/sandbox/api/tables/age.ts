/** Spans of time as kubectl prints them. */

const unitSeconds = { y: 31_536_000, d: 86_400, h: 3600, m: 60, s: 1 }

/** `42s`, `5m30s`, `3h`, `2d4h`, `90d`, `2y`: the largest unit, and the next where it matters. */
export function age(since: unknown, now: Date): string {
  const start = typeof since === 'string' ? Date.parse(since) : Number.NaN
  if (Number.isNaN(start)) return '<unknown>'
  return span(Math.floor((now.getTime() - start) / 1000))
}

/** A span in seconds. */
export function span(seconds: number): string {
  const { y, d, h, m } = unitSeconds
  if (seconds < 0) return seconds < -1 ? '<invalid>' : '0s'
  if (seconds < 2 * m) return `${seconds}s`
  const minutes = Math.floor(seconds / m)
  if (minutes < 10) return joined(`${minutes}m`, seconds % m, 's')
  if (minutes < 3 * 60) return `${minutes}m`
  const hours = Math.floor(seconds / h)
  if (hours < 8) return joined(`${hours}h`, minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.floor(seconds / d)
  if (hours < 24 * 8) return joined(`${days}d`, hours % 24, 'h')
  if (days < 365 * 2) return `${days}d`
  const years = Math.floor(seconds / y)
  return years < 8 ? joined(`${years}y`, days % 365, 'd') : `${years}y`
}

function joined(first: string, rest: number, unit: string): string {
  return rest === 0 ? first : `${first}${rest}${unit}`
}
