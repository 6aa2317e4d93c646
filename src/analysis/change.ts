/** What counts as a change of the target, and what does not. */

import { isForeignRevision } from '../canary/revision.ts'
import type { Observation } from './decision.ts'
import { runOf } from './status/status.ts'

/** Whether another controller, Flagger, wrote the revision in the status. */
export function isForeign({ canary }: Observation): boolean {
  return isForeignRevision(canary.status.lastAppliedSpec)
}

/** Whether the primary runs exactly what the target says. */
export function isPromoted({ workload }: Observation): boolean {
  return workload.primaryRevision === workload.revision
}

/** Whether an idle canary has something to roll out: neither promoted nor tried before. */
export function isChanged(seen: Observation): boolean {
  if (!seen.canary.status.lastAppliedSpec) return true
  return !isBackAtPromoted(seen) && isMovedOn(seen)
}

/** Whether target and configuration are what was promoted last. */
export function isBackAtPromoted(seen: Observation): boolean {
  const { status } = seen.canary
  const { revision, configs, promoted } = seen.workload
  if (revision !== status.lastPromotedSpec) return false
  if (configs === undefined) return true
  // Flagger's status does not say which configuration was promoted; the primary does.
  return status.promotedConfigs ? isSameMap(status.promotedConfigs, configs) : promoted
}

/** Whether revision or configuration are others than those of the last run. */
export function isMovedOn(seen: Observation): boolean {
  return seen.workload.revision !== seen.canary.status.lastAppliedSpec || areConfigsChanged(seen)
}

/** Tracked checksums of the status against the live ones; none before and none now is equal. */
export function areConfigsChanged(seen: Observation): boolean {
  const { configs } = seen.workload
  if (configs === undefined) return false
  return !isSameMap(seen.canary.status.trackedConfigs ?? {}, configs)
}

/** Equal keys with equal values. */
export function isSameMap(a: Record<string, string>, b: Record<string, string>): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key])
}

/** The number of the next run; one that waits to begin has its own already. */
export function nextRunId(seen: Observation): number {
  const { phase, history } = seen.canary.status
  const last = history?.[0]?.id ?? 0
  const current = runOf(seen).runId ?? 0
  return phase === 'Waiting' ? Math.max(last + 1, current) : Math.max(last, current) + 1
}
