/** How failures of simulated services come: each kind breaks another assumption. */
import type { Draws } from './draws.ts'

/**
 * `independent`: each request by itself. `beta`: each version's rate is drawn anew each minute, with
 * a deviation of half of it. `drift`: each version's rate wanders, by a quarter of it. `retries`:
 * failures come in clusters, of three in the mean. `bursts`: in three of a hundred minutes one
 * client adds thirty failures. `shared`: the rate of both versions wanders, by half of it. `outage`:
 * for three of the first ten minutes a fifth of all requests fail. `seesaw`: while the rate of one
 * version is a third higher the other's is a third lower, and after five minutes the other way
 * round. `avalanche`: clusters are mostly of one, and rarely of hundreds.
 */
export const noises = [
  'independent',
  'beta',
  'drift',
  'retries',
  'bursts',
  'shared',
  'outage',
  'seesaw',
  'avalanche',
] as const
export type Noise = (typeof noises)[number]

/** How failures come, and how strongly, where that is not as above. */
export interface Pattern {
  noise: Noise
  /** Mean number of failures in a cluster, or the deviation of a rate as a share of it. */
  size?: number
  /** Each version's rate is drawn anew at each look beside that, with this share as its deviation. */
  swing?: number
}

/** By minute: factors of the two rates, and what is added to both. */
export interface Path {
  factors: readonly [readonly number[], readonly number[]]
  added: readonly number[]
}

/** How the two rates go up and down in so many minutes. */
export function pathOf({ noise, size }: Pattern, minutes: number, draws: Draws): Path {
  const flat = Array.from({ length: minutes }, () => 1)
  const quiet = flat.map(() => 0)
  const first = Math.floor(draws.uniform() * 10)
  switch (noise) {
    case 'drift':
      return { factors: [wander(size ?? 0.25), wander(size ?? 0.25)], added: quiet }
    case 'shared': {
      const both = wander(size ?? 0.5)
      return { factors: [both, both], added: quiet }
    }
    case 'outage':
      return { factors: [flat, flat], added: flat.map((_, at) => isIn(at, first)) }
    case 'seesaw': {
      const up = flat.map((_, at) => (Math.floor((at + first) / 5) % 2 === 0 ? 4 / 3 : 2 / 3))
      return { factors: [up, up.map((one) => 2 - one)], added: quiet }
    }
    default:
      return { factors: [flat, flat], added: quiet }
  }

  /** Log-normal, with a memory of 0.8 a minute. */
  function wander(deviation: number): number[] {
    let level = draws.gauss()
    return flat.map((_, at) => {
      if (at > 0) level = 0.8 * level + 0.6 * draws.gauss()
      return Math.exp(deviation * level - deviation ** 2 / 2)
    })
  }
}

const isIn = (at: number, first: number): number => (at >= first && at < first + 3 ? 0.2 : 0)

/** Failures among so many requests of a minute. */
export function failuresOf(count: number, usual: number, of: Pattern, draws: Draws): number {
  const { noise, size = 3, swing = 0 } = of
  if (usual >= 1) return count
  const rate = swing > 0 ? drawnRate(usual, swing, draws) : usual
  switch (noise) {
    case 'beta':
      return draws.binomial(count, drawnRate(rate, of.size ?? 0.5, draws))
    case 'retries':
      return clustered(count, draws.binomial(count, rate / size), () => geometric(size, draws))
    case 'avalanche':
      return clustered(count, draws.binomial(count, rate / 3), () => paretoOf(draws))
    case 'bursts': {
      const usual = draws.binomial(count, rate)
      if (draws.uniform() >= 0.03) return usual
      return Math.min(count, usual + draws.poisson(Math.min(30, 0.2 * count)))
    }
    default:
      return draws.binomial(count, rate)
  }
}

/** With this deviation, as a share of the rate. */
function drawnRate(rate: number, deviation: number, { beta }: Draws): number {
  const precision = (rate * (1 - rate)) / (deviation * rate) ** 2 - 1
  return precision > 0 ? beta(rate * precision, (1 - rate) * precision) : rate
}

function clustered(most: number, clusters: number, size: () => number): number {
  let failed = 0
  for (let at = 0; at < clusters; at++) failed += size()
  return Math.min(most, failed)
}

/** Of this mean. */
function geometric(mean: number, { uniform }: Draws): number {
  let size = 1
  while (uniform() < 1 - 1 / mean) size += 1
  return size
}

/** Of mean about three, whose variance grows with the longest that was seen. */
const paretoOf = ({ uniform }: Draws): number => Math.min(300, Math.floor(uniform() ** (-1 / 1.45)))
