/** Revision hashes: which controller made one, and which one people decide about. */
import type { CanaryStatus } from './api.gen.ts'

/** Every hash of ours begins so; one of Flagger's never does. */
export const revisionPrefix = 'v2:'

/** True for a hash of another controller; an absent or empty one is nobody's. */
export function isForeignRevision(hash: string | undefined): boolean {
  return hash !== undefined && hash !== '' && !hash.startsWith(revisionPrefix)
}

/** The first letters of a revision; `v2:` only says how it was made. */
export function shortRevision(revision: string): string {
  return revision.replace(/^v\d+:/, '').slice(0, 8)
}

/**
 * The revision that a run brings, or that waits for approval; idle, the one that was seen last.
 * While a run waits to begin `lastAppliedSpec` is still the one before: there only the run itself
 * tells, and where the status has no room for it nothing does.
 */
export function revisionAtHand(status: CanaryStatus): string | undefined {
  const { phase, lastAppliedSpec, canaryAnalysis } = status
  const revision = phase === 'Waiting' ? canaryAnalysis?.revision : lastAppliedSpec
  return revision || undefined
}
