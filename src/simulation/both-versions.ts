/** What a metric server counts of both versions, where a judge compares them. */
import type { EffectiveMetric } from '../canary/analysis.ts'
import type { Canary } from '../canary/canary.ts'
import type { Outcome } from '../metrics/asking.ts'
import type { Stage } from './stage.ts'
import { countedIn, type Load, slowShare, successes } from './traffic.ts'

/** The primary fails so often, unless told. */
export const usualPrimaryRate = 0.001

interface Told {
  canary: Canary
  load: Load
  random: () => number
}

/**
 * Since the last look, or since the weight was moved; and a history of the primary in which
 * failures are as independent as they are played. Of durations the buckets have a bound just where
 * the range has it.
 */
export function countedOn(stage: Stage, metric: EffectiveMetric, of: Told): Outcome {
  const { name, max = 0, counts } = metric
  const isSlow = name === 'request-duration' && !counts
  const { load } = of
  const primaryRate = isSlow
    ? slowShare(load.primaryLatencyMs ?? load.canary.latencyMs, max)
    : (load.primaryErrorRate ?? usualPrimaryRate)
  const canaryRate = isSlow ? slowShare(load.canary.latencyMs, max) : undefined
  const dispersion = { cluster: 1, noise: 0 }
  const past = { dispersion, usual: primaryRate, from: 'Instances' as const, looks: 360 }
  const arms = [counted(stage, of, { primaryRate, canaryRate })]
  return { arms, past, ...(isSlow && { bounds: [{ boundMs: max, past }] }) }
}

/** Failures of the canary are those that its users have met; how many were slow is drawn. */
function counted(
  { counts, routes, now }: Stage,
  { canary: { status }, load, random }: Told,
  { primaryRate, canaryRate }: { primaryRate: number; canaryRate: number | undefined },
) {
  const since = status.canaryAnalysis?.judge?.lastLook ?? status.lastTransitionTime
  const from = Math.min(now, Date.parse(since ?? '') || now)
  const { requests, failed } = countedIn(counts, now, now - from)
  const share = 1 - routes.canary / 100
  const all = Math.round((load.usersPerSecond * share * (now - from)) / 1_000)
  const bad = canaryRate === undefined ? failed : successes(requests, canaryRate, random)
  return {
    canary: { bad, all: requests },
    primary: { bad: successes(all, primaryRate, random), all },
  }
}
