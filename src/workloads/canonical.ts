/** One text for equal values, whatever the order of their keys. */

/** JSON with sorted keys; null and absent fields are the same, as they are to the API server. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member
    const present = Object.entries(member).filter(([, field]) => field !== null)
    return Object.fromEntries(present.sort(([a], [b]) => (a < b ? -1 : 1)))
  })
}

/** Whether both have the same `canonicalJson`. */
export function sameContent(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b)
}
