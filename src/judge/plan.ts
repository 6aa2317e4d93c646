/** By which rules one metric is judged: fixed when the run begins, so that nobody chooses after seeing. */

/** How failures come, beyond chance: of the primary's history, or a careful guess. */
export interface Dispersion {
  /** Failures that count as one: of a client that tries three times, 3. */
  cluster: number
  /** Squared coefficient of variation, per look, of the ratio of the two rates. */
  noise: number
}

/** All rates and probabilities are shares, 0.01 for 1 %. */
export interface Plan {
  /** A canary that fails this many times as often as the primary must not pass. */
  ratio: number
  /** A failure rate below this is never a reason to roll back. */
  ignoreBelow: number
  /** The failure rate that the threshold range allows; absent: there is none. */
  objective?: number
  /** Most often that a healthy canary may be rolled back, over all looks and metrics. */
  falseRollback: number
  /** Most often that a canary which is worse by the ratio may pass, over all looks. */
  missed: number
  /** Looks while the weight rises, and looks until the limit. */
  scheduledLooks: number
  plannedLooks: number
  /** The primary's failure rate when nothing is wrong; absent: incidents are not recognised. */
  usual?: number
  dispersion: Dispersion
  /** What a pass must prove: the ratio and the objective, or the objective alone. */
  require: 'Ratio' | 'Objective'
  /** What the canary is held against. */
  compareTo: 'Primary' | 'Objective'
}

/** Without a history: retries are common, so that three failures count as one. */
export const priorDispersion: Dispersion = { cluster: 3, noise: 0 }

/** From this evidence of harm on, the weight is held. */
export const caution = 1.5

/**
 * Prior probability that a regression starts at this look, counted from 1: half at the first one,
 * 0.35 while the weight rises, and 0.15 until the limit.
 */
export function startWeight(look: number, plan: Plan): number {
  const { plannedLooks: planned } = plan
  const scheduled = Math.min(plan.scheduledLooks, planned)
  if (look === 1) return planned > 1 ? 0.5 : 1
  if (look <= scheduled) return (planned > scheduled ? 0.35 : 0.5) / (scheduled - 1)
  if (look > planned) return 0
  return (scheduled > 1 ? 0.15 : 0.5) / (planned - Math.max(1, scheduled))
}

/** Most by which one minute may multiply the evidence of harm: one client's burst is no proof. */
export function speedLimit({ cluster }: Dispersion): number {
  return Math.max(2, 6 * Math.min(1, 3 / cluster))
}
