/** The interval paces checks and weights only; everything else happens at once. */
import { later } from './act.ts'
import type { Observation } from './decision.ts'
import { runOf } from './status.ts'

/**
 * When the next check or weight is due. A status without our fields (Flagger's CRDs prune them)
 * is paced by its last write, as Flagger's own loop is.
 */
export function dueAt(seen: Observation): Date {
  const { analysis, status } = seen.canary
  const { nextTickAt, canaryReadyAt, startedAt } = runOf(seen)
  const known = nextTickAt ?? (startedAt === undefined ? status.lastTransitionTime : undefined)
  const times = [seen.now.getTime() - 1]
  if (known !== undefined) {
    const at = Date.parse(known) + (nextTickAt === undefined ? analysis.intervalMs : 0)
    // A shorter interval in an edited spec counts at once.
    times.push(Math.min(at, seen.now.getTime() + analysis.intervalMs))
  }
  if (seen.lastStepAt) times.push(seen.lastStepAt.getTime() + analysis.intervalMs)
  if (analysis.delayMs > 0 && canaryReadyAt !== undefined)
    times.push(Date.parse(canaryReadyAt) + analysis.delayMs)
  return new Date(Math.max(...times))
}

export function isDue(seen: Observation): boolean {
  return dueAt(seen).getTime() <= seen.now.getTime()
}

/** When to look again after a paced step. */
export function nextTick({ now, canary }: Observation): Date {
  return later(now, canary.analysis.intervalMs)
}
