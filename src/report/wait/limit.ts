/** How long a run may take at worst, for who waits without saying how long. Pure. */
import type { Canary } from '../../canary/canary.ts'
import { progressOf, shiftsBack, weightsOf } from '../progress.ts'

const leastSeconds = 300

/**
 * Seconds until a run that begins now, or is in progress, has ended though as many checks fail as
 * may, and pods take as long as they may. Gates and pauses are not in it.
 */
export function longestRunSeconds(canary: Canary): number {
  const { analysis, status, progressDeadlineSeconds } = canary
  const seconds = analysis.intervalMs / 1000
  const { secondsLeft } = progressOf(canary, status.canaryAnalysis?.weight ?? 0, false)
  const steps = weightsOf(canary).length + analysis.iterations
  const whole = (steps + analysis.threshold + shiftsBack(canary) + 2) * seconds
  const worst = secondsLeft?.worst ?? whole
  return Math.max(leastSeconds, Math.ceil(worst + progressDeadlineSeconds))
}
