/** Times as the API server keeps them. Pure. */

/** RFC 3339 in UTC, in whole seconds. */
export function stamp(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, 'Z')
}
