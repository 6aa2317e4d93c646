/** Random numbers of the usual kinds, from a source of numbers in [0, 1). */
export type Random = () => number

export interface Draws {
  uniform: Random
  /** Normal, of mean 0 and deviation 1 (Box and Muller, 1958). */
  gauss(): number
  /** How often something happens that happens `mean` times on average. */
  poisson(mean: number): number
  /** How many of `count` tries succeed, each with the chance `share` (0 to 1). */
  binomial(count: number, share: number): number
  /** Between 0 and 1, with the mean a / (a + b). */
  beta(a: number, b: number): number
}

/** Exact for small means; normal where mean and complement are far from their ends. */
export function drawsFrom(random: Random): Draws {
  const uniform = () => 1 - random()
  const gauss = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
  const near = (mean: number, deviation: number, most: number) =>
    Math.min(most, Math.max(0, Math.round(mean + deviation * gauss())))
  const binomial = (count: number, share: number): number => {
    if (count <= 0 || share <= 0) return 0
    if (share >= 1) return count
    if (share > 0.5) return count - binomial(count, 1 - share)
    const mean = count * share
    return mean > 40
      ? near(mean, Math.sqrt(mean * (1 - share)), count)
      : gaps(count, Math.log1p(-share), uniform)
  }
  return {
    uniform,
    gauss,
    binomial,
    poisson(mean) {
      if (mean > 50) return near(mean, Math.sqrt(mean), Number.POSITIVE_INFINITY)
      return mean > 0 ? waits(Math.exp(-mean), uniform) : 0
    },
    beta(a, b) {
      const first = gamma(a, uniform, gauss)
      return first / (first + gamma(b, uniform, gauss))
    },
  }
}

function waits(limit: number, uniform: Random): number {
  let count = 0
  for (let left = uniform(); left > limit; left *= uniform()) count += 1
  return count
}

/** Successes by the gaps between them. */
function gaps(count: number, logMissed: number, uniform: Random): number {
  let found = 0
  for (let at = gap(); at <= count; at += gap()) found += 1
  return found

  function gap(): number {
    return Math.floor(Math.log(uniform()) / logMissed) + 1
  }
}

/** Marsaglia and Tsang, A simple method for generating gamma variables, 2000. */
function gamma(shape: number, uniform: Random, gauss: () => number): number {
  if (shape < 1) return gamma(shape + 1, uniform, gauss) * uniform() ** (1 / shape)
  const d = shape - 1 / 3
  const c = 1 / Math.sqrt(9 * d)
  for (;;) {
    const x = gauss()
    const v = (1 + c * x) ** 3
    if (v > 0 && Math.log(uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v
  }
}
