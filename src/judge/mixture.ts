/** Sums of numbers that are kept as logarithms, and what the judge bets on. */

/** log(exp(x) + exp(y)), without overflow. */
export function logAdd(x: number, y: number): number {
  const [low, high] = x < y ? [x, y] : [y, x]
  return high === Number.NEGATIVE_INFINITY ? high : high + Math.log1p(Math.exp(low - high))
}

/** log of the weighted sum of exp(logs); the weights are logarithms, too. */
export function logMix(logs: readonly number[], logWeights: readonly number[]): number {
  return logs.reduce(
    (sum, log, at) => logAdd(sum, log + (logWeights[at] ?? Number.NEGATIVE_INFINITY)),
    Number.NEGATIVE_INFINITY,
  )
}

/** log of the mean of exp(logs). */
export function logMean(logs: readonly number[]): number {
  return logs.reduce(logAdd, Number.NEGATIVE_INFINITY) - Math.log(logs.length)
}

/** Alternatives as powers of the ratio, and the logarithms of their prior weights. */
export interface Alternatives {
  powers: readonly number[]
  logWeights: readonly number[]
}

/**
 * Bets on a worse canary. The smallest is on purpose above what cold caches cost: a canary that
 * fails less than 1.24 times as often loses such bets, however much traffic there is.
 */
export const worse: Alternatives = {
  powers: [0.6, 1, 1.6, 2.4, 3.5, 5],
  logWeights: [0.2, 0.3, 0.2, 0.12, 0.1, 0.08].map(Math.log),
}

/** Bets on a canary that is better than the ratio which must not be missed. */
export const better: Alternatives = {
  powers: [0.65, 1, 1.7, 3.3],
  logWeights: [0.25, 0.5, 0.15, 0.1].map(Math.log),
}
