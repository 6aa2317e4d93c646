/** How long to wait before something is tried once more. Pure. */

/** Milliseconds before a further try, counted from 0: each twice the one before, up to a limit. */
export function backoffMs(
  attempt: number,
  { firstMs, mostMs }: { firstMs: number; mostMs: number },
): number {
  return Math.min(mostMs, firstMs * 2 ** attempt)
}

/** Between half of it and all of it, so that many do not come back at once; `random` is in [0, 1). */
export function jittered(ms: number, random: number): number {
  return ms * (0.5 + random / 2)
}

/**
 * Milliseconds of a Retry-After header, in seconds or as a date; undefined when unreadable. A
 * server, or what stands before it, that names a day must not be lost for a day: `mostMs` at most.
 */
export function readRetryAfter(
  value: string | undefined,
  { now, mostMs }: { now: Date; mostMs: number },
): number | undefined {
  if (value === undefined || value.trim() === '') return undefined
  const seconds = Number(value)
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now.getTime()
  return Number.isNaN(ms) ? undefined : Math.min(mostMs, Math.max(0, ms))
}
