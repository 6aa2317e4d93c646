/** How a revision hash tells which controller made it. */

/** Every hash of ours begins so; one of Flagger's never does. */
export const revisionPrefix = 'v2:'

/** True for a hash of another controller; an absent or empty one is nobody's. */
export function isForeignRevision(hash: string | undefined): boolean {
  return hash !== undefined && hash !== '' && !hash.startsWith(revisionPrefix)
}
