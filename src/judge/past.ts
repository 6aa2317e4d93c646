/** What the primary's own history says of how its failures come: an experiment on likes. */
import { dispersionInTime, dispersionOf, type Halves, usualRate } from './dispersion.ts'
import { type Dispersion, priorDispersion } from './plan.ts'

/** Growth of one series of the primary in each step of the history, by Unix seconds. */
export interface PastSeries {
  labels: Readonly<Record<string, string>>
  values: readonly (readonly [seconds: number, growth: number])[]
}

export interface Past {
  dispersion: Dispersion
  /** Failure rate when nothing is wrong; absent where too little is known. */
  usual?: number
  /** `Instances` in two halves; one instance in `Time`; `Prior`: too short to say anything. */
  from: 'Instances' | 'Time' | 'Prior'
  /** Steps with requests, and how many these had. */
  looks: number
  requests?: number
}

/** Labels that name an instance; the first that has two values is taken. */
export const instanceLabels = ['pod', 'kubernetes_pod_name', 'instance'] as const

/** With fewer looks nothing is estimated. */
const fewestLooks = 12
/** A half with a smaller share of the requests is none. */
const leastHalf = 0.1

/**
 * Dispersion and usual failure rate (a share) of the primary, from the growth of its failures and
 * of its requests in each step. With too few steps that had requests it is the careful guess.
 */
export function pastOf(of: { bad: readonly PastSeries[]; all: readonly PastSeries[] }): Past {
  const label = instanceLabels.find((name) => valuesOf(of.all, name).size >= 2)
  const looks = looksBy(of, label)
  const known = looks.filter(({ all }) => all > 0)
  if (known.length < fewestLooks)
    return { dispersion: priorDispersion, from: 'Prior', looks: known.length }
  const usual = usualRate(known)
  const isHalved = label !== undefined && smallerHalf(known) >= leastHalf
  return {
    dispersion: isHalved ? dispersionOf(known) : dispersionInTime(known),
    ...(usual !== undefined && { usual }),
    from: isHalved ? 'Instances' : 'Time',
    looks: known.length,
    requests: known.reduce((sum, { all }) => sum + all, 0),
  }
}

function valuesOf(series: readonly PastSeries[], label: string): Set<string> {
  return new Set(series.flatMap(({ labels }) => labels[label] ?? []))
}

function smallerHalf(looks: readonly Halves[]): number {
  const all = looks.reduce((sum, look) => sum + look.all, 0)
  const first = looks.reduce((sum, look) => sum + look.all * look.share, 0)
  return Math.min(first, all - first) / all
}

function looksBy(
  of: { bad: readonly PastSeries[]; all: readonly PastSeries[] },
  label: string | undefined,
): Halves[] {
  const bad = halvesOf(of.bad, label)
  const all = halvesOf(of.all, label)
  return [...all].map(([seconds, [first, second]]) => {
    const [badFirst, badSecond] = bad.get(seconds) ?? [0, 0]
    const requests = first + second
    return {
      first: Math.min(badFirst, first),
      second: Math.min(badSecond, second),
      share: requests > 0 ? first / requests : 0.5,
      all: requests,
    }
  })
}

function halvesOf(
  series: readonly PastSeries[],
  label: string | undefined,
): Map<number, [number, number]> {
  const sums = new Map<number, [number, number]>()
  for (const { labels, values } of series) {
    const half = label === undefined ? 0 : hashOf(labels[label] ?? '') & 1
    for (const [seconds, growth] of values) {
      const sum = sums.get(seconds) ?? [0, 0]
      if (Number.isFinite(growth)) sum[half === 1 ? 1 : 0] += Math.round(Math.max(0, growth))
      sums.set(seconds, sum)
    }
  }
  return sums
}

/** FNV-1a, with its bits stirred: a name is in the same half at every look, and for every reader. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193)
  return hash ^ (hash >>> 15)
}
