/** The order of resourceVersions, which Kubernetes promises to be growing decimal numbers. */

/**
 * True when `a` is newer than `b`. Compared as text, since they outgrow what a number holds
 * exactly; versions that are no numbers are newer whenever they differ.
 */
export function isNewer(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return true
  if (!isVersion(a) || !isVersion(b)) return a !== b
  return a.length === b.length ? a > b : a.length > b.length
}

/** True when `a` is older than `b` for certain: both are numbers. */
export function isOlder(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined || !isVersion(a) || !isVersion(b)) return false
  return a !== b && isNewer(b, a)
}

function isVersion(text: string): boolean {
  return /^[1-9]\d*$/.test(text) || text === '0'
}
