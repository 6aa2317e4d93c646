/**
 * The way back to Flagger. Its hashes can't be made here, and one of ours is a change to it: so
 * those that it wrote stay where it looks for them until something else is promoted, and ours
 * stand beside them, in `status.revisions`.
 */
import { isDeepStrictEqual } from 'node:util'
import type { CanaryStatus } from '../api.gen.ts'
import { isForeignRevision } from '../revision.ts'

/** A status with our revisions, wherever they are stored. */
export function withOwnRevisions(stored: CanaryStatus): CanaryStatus {
  const { revisions, ...status } = stored
  if (!isValid(stored) || !revisions) return status
  const { applied, promoted, configs } = revisions
  return {
    ...status,
    ...(applied !== undefined && { lastAppliedSpec: applied }),
    ...(promoted !== undefined && { lastPromotedSpec: promoted }),
    ...(configs && { trackedConfigs: configs }),
  }
}

/** What is stored of a status, where `before` is what was stored until now. */
export function withOriginalHashes(status: CanaryStatus, before: CanaryStatus): CanaryStatus {
  const { lastAppliedSpec: applied, lastPromotedSpec: promoted, trackedConfigs: configs } = status
  const { lastAppliedSpec, lastPromotedSpec, trackedConfigs } = before
  const isAdopted = isForeignRevision(lastAppliedSpec) && !isForeignRevision(applied)
  if (!isAdopted || lastAppliedSpec === undefined || isPromotedSince(status, before)) return status
  const { trackedConfigs: _, ...rest } = status
  return {
    ...rest,
    lastAppliedSpec,
    ...(lastPromotedSpec !== undefined && { lastPromotedSpec }),
    ...(trackedConfigs && { trackedConfigs }),
    revisions: {
      beside: lastAppliedSpec,
      ...(applied !== undefined && { applied }),
      ...(promoted !== undefined && { promoted }),
      ...(configs && { configs }),
    },
  }
}

/** Flagger's own writes drop the field; where one did not, its hashes tell. */
function isValid({ revisions, lastAppliedSpec }: CanaryStatus): boolean {
  return revisions?.beside !== undefined && revisions.beside === lastAppliedSpec
}

/** Taking a canary over promotes nothing; from then on each other revision or configuration does. */
function isPromotedSince(status: CanaryStatus, before: CanaryStatus): boolean {
  if (!isValid(before)) return false
  const { lastPromotedSpec, promotedConfigs } = withOwnRevisions(before)
  return (
    status.lastPromotedSpec !== lastPromotedSpec ||
    !isDeepStrictEqual(status.promotedConfigs, promotedConfigs)
  )
}
