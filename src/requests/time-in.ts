/** Times of requests. Pure. */

/** The time so many milliseconds after another, RFC 3339 to the second. */
export function timeIn(ms: number, now: Date): string {
  return new Date(now.getTime() + ms).toISOString().replace(/\.\d+Z$/, 'Z')
}
