/** What a metric server counts of both versions, where a judge compares them. */
import type { Canary } from '../canary/canary.ts'
import type { Outcome } from '../metrics/asking.ts'
import type { Stage } from './stage.ts'
import { countedIn, type Load, successes } from './traffic.ts'

/** The primary fails so often, unless told. */
export const usualPrimaryRate = 0.001

/**
 * Since the last look, or since the weight was moved; and a history of the primary in which
 * failures are as independent as they are played.
 */
export function countedOn(
  { counts, routes, now }: Stage,
  { status }: Canary,
  { load, random }: { load: Load; random: () => number },
): Outcome {
  const since = status.canaryAnalysis?.judge?.lastLook ?? status.lastTransitionTime
  const from = Math.min(now, Date.parse(since ?? '') || now)
  const { requests, failed } = countedIn(counts, now, now - from)
  const rate = load.primaryErrorRate ?? usualPrimaryRate
  const share = 1 - routes.canary / 100
  const all = Math.round((load.usersPerSecond * share * (now - from)) / 1_000)
  return {
    arms: {
      canary: { bad: failed, all: requests },
      primary: { bad: successes(all, rate, random), all },
    },
    past: { dispersion: { cluster: 1, noise: 0 }, usual: rate, from: 'Instances', looks: 360 },
  }
}
