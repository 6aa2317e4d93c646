/** Times as kubectl prints them. */

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** An age such as `22s`, `6m12s`, `3h`, `12d`, with kubectl's rules for the second unit. */
export function ageText(ms: number): string {
  if (ms < -1 * second) return '<invalid>'
  if (ms < 0) return '0s'
  const seconds = Math.floor(ms / second)
  if (seconds < 120) return `${seconds}s`
  const minutes = Math.floor(ms / minute)
  if (minutes < 10) return two(minutes, 'm', seconds % 60, 's')
  if (minutes < 180) return `${minutes}m`
  const hours = Math.floor(ms / hour)
  if (hours < 8) return two(hours, 'h', minutes % 60, 'm')
  if (hours < 48) return `${hours}h`
  const days = Math.floor(ms / day)
  if (hours < 8 * 24) return two(days, 'd', hours % 24, 'h')
  if (days < 2 * 365) return `${days}d`
  const years = Math.floor(days / 365)
  if (days < 8 * 365) return two(years, 'y', days % 365, 'd')
  return `${years}y`
}

/** The age of an RFC 3339 time; `<unknown>` for none. */
export function ageOf(at: string | undefined, now: Date): string {
  const time = at === undefined ? Number.NaN : Date.parse(at)
  return Number.isNaN(time) ? '<unknown>' : ageText(now.getTime() - time)
}

/** A time to come, rounded: `38s`, `9m`, `1h20m`. */
export function spanText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 120) return `${whole}s`
  const minutes = Math.round(whole / 60)
  if (minutes < 120) return `${minutes}m`
  return two(Math.floor(minutes / 60), 'h', minutes % 60, 'm')
}

function two(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large}${largeUnit}` : `${large}${largeUnit}${small}${smallUnit}`
}
