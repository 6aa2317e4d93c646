/**
 * Where this controller differs from a recording on purpose, or where the recording shows chance.
 * What else differs is a failure, and so is an entry that does not hold any more.
 */
export interface Difference {
  recording: string
  difference: RegExp
  reason: string
}

export const differences: readonly Difference[] = []

/** Of the differences found in one recording those that nobody lists, and listed ones not found. */
export function unlisted(
  recording: string,
  found: readonly string[],
): { unexpected: string[]; outdated: string[] } {
  const listed = differences.filter((one) => one.recording === recording)
  const unexpected = found.filter((text) => !listed.some(({ difference }) => difference.test(text)))
  const outdated = listed.filter(({ difference }) => !found.some((text) => difference.test(text)))
  return { unexpected, outdated: outdated.map(({ difference }) => difference.source) }
}
