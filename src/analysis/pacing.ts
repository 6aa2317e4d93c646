/** The interval paces checks and weights only; everything else happens at once. */

import type { Observation } from './decision.ts'
import { later } from './effects/act.ts'
import { runOf } from './status/status.ts'

/**
 * When the next check or weight is due. A status without our fields (Flagger's CRDs prune them)
 * is paced by its last write, as Flagger's own loop is.
 */
export function dueAt(seen: Observation): Date {
  const { analysis, status } = seen.canary
  const { nextTickAt, canaryReadyAt, startedAt } = runOf(seen)
  const { intervalMs } = analysis
  const times: number[] = []
  const written = millis(status.lastTransitionTime) + intervalMs
  // A shorter interval in an edited spec counts at once.
  if (nextTickAt !== undefined) times.push(least(millis(nextTickAt), written))
  else if (startedAt === undefined) times.push(written)
  // A run that has made no step yet waits for nothing but its pods.
  const isFresh = startedAt !== undefined && nextTickAt === undefined
  if (seen.lastStepAt && !isFresh) times.push(seen.lastStepAt.getTime() + intervalMs)
  const known = times.filter((time) => time <= furthest(seen))
  const ready = millis(canaryReadyAt) + analysis.delayMs
  if (analysis.delayMs > 0 && ready <= seen.now.getTime() + analysis.delayMs) known.push(ready)
  return new Date(Math.max(seen.now.getTime() - 1, ...known))
}

/**
 * What can't be read holds nobody up, nor does a step of the future: the clock was set back, or
 * is another one's.
 */
function furthest({ now, canary }: Observation): number {
  return now.getTime() + 2 * canary.analysis.intervalMs
}

function millis(time: string | undefined): number {
  return time === undefined ? Number.NaN : Date.parse(time)
}

/** The earlier of two times; of one that can't be read, the other. */
function least(a: number, b: number): number {
  if (Number.isNaN(a)) return b
  return Number.isNaN(b) ? a : Math.min(a, b)
}

/** Whether the last paced step is an interval ago, also where the next one need not wait. */
export function isRested(seen: Observation): boolean {
  const { now, lastStepAt, canary } = seen
  if (!lastStepAt) return true
  const next = lastStepAt.getTime() + canary.analysis.intervalMs
  return next <= now.getTime() || next > furthest(seen)
}

/** Whether the next check or weight may come now. */
export function isDue(seen: Observation): boolean {
  return dueAt(seen).getTime() <= seen.now.getTime()
}

/** When to look again after a paced step. */
export function nextTick({ now, canary }: Observation): Date {
  return later(now, canary.analysis.intervalMs)
}

const shownMs = 2_000

/**
 * Until when the outcome of the last run stands, before the next one begins: who looks now and
 * then, as pipelines do, must not miss it. Undefined once it has stood for long enough.
 */
export function shownUntil({ now, canary }: Observation): Date | undefined {
  const { analysis, status } = canary
  if (status.phase !== 'Succeeded' && status.phase !== 'Failed') return undefined
  const lengthMs = Math.min(shownMs, analysis.intervalMs)
  const until = millis(status.lastTransitionTime) + lengthMs
  // A time of the future comes from a clock that was set back since.
  const isAhead = until > now.getTime() && until <= now.getTime() + lengthMs
  return isAhead ? new Date(until) : undefined
}

/** Whether so many checks have failed that the run goes back. */
export function isOverThreshold({ canary: { status, analysis } }: Observation): boolean {
  const { threshold, consecutiveThreshold } = analysis
  const inRow = status.canaryAnalysis?.failedInRow ?? 0
  return (status.failedChecks ?? 0) >= threshold || isTooManyInRow(consecutiveThreshold, inRow)
}

/** Whether the limit of failures in a row, where there is one, is reached. */
export function isTooManyInRow(limit: number, inRow: number): boolean {
  return limit > 0 && inRow >= limit
}
