/**
 * What one look is worth: the logarithms of likelihood ratios. Given the failures of a look, the
 * share of them that falls to the canary depends on the ratio of the two rates alone: load, time of
 * day and what befalls both versions drop out (Lindon and Malek, Anytime-Valid Inference for
 * Multinomial Count Data, 2022).
 */
import type { Look } from './look.ts'
import { better, worse } from './mixture.ts'
import type { Dispersion } from './plan.ts'

type Bet = Pick<Look, 'canary' | 'primary'> & { dispersion: Dispersion }

/**
 * Log factors of the ratios `factor * nulls`, against the null that the canary fails `nulls` times
 * as often as the primary. All are 0 where one version had no requests, or nothing failed.
 */
export function againstRatio(
  { canary, primary, dispersion }: Bet,
  nulls: number,
  logFactors: readonly number[],
): number[] {
  const failures = canary.bad + primary.bad
  if (failures === 0 || canary.all === 0 || primary.all === 0) return logFactors.map(() => 0)
  const odds = (canary.all / primary.all) * nulls
  const share = odds / (1 + odds)
  const phi = dispersion.cluster + failures * share * (1 - share) * dispersion.noise
  const base = Math.log1p(odds)
  return logFactors.map(
    (log) => (canary.bad * log - failures * (Math.log1p(odds * Math.exp(log)) - base)) / phi,
  )
}

/**
 * Log factors of the rates `rate` times each factor, against the null that the canary's failure rate
 * is just that. The counts are held to be Poisson, which is valid for independent failures.
 */
export function againstRate(
  { canary, dispersion }: Omit<Bet, 'primary'>,
  rate: number,
  logFactors: readonly number[],
): number[] {
  const expected = canary.all * rate
  const phi = dispersion.cluster + (expected * dispersion.noise) / 2
  return logFactors.map((log) => (canary.bad * log - expected * Math.expm1(log)) / phi)
}

/** The factors, as logarithms, of the bets on harm and on safety for one ratio. */
export function factorsOf(ratio: number): { up: number[]; down: number[] } {
  const log = Math.log(ratio)
  return {
    up: worse.powers.map((power) => power * log),
    down: better.powers.map((power) => -power * log),
  }
}
