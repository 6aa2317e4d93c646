/**
 * How failures of a service come beyond chance, from the primary's own history: its instances in
 * two halves are an experiment whose two sides are known to be alike. Where there is one instance
 * only, successive times are compared, which counts what befalls the whole service as noise.
 */
import { type Dispersion, priorDispersion } from './plan.ts'

/** One look at the two halves of the primary's instances. */
export interface Halves {
  /** Failures of the first half, and of the second. */
  first: number
  second: number
  /** The first half's share of the requests, and the requests of both. */
  share: number
  all: number
}

const blockLengths = [1, 2, 4, 8, 16]
const fewestBlocks = 12
const mostCluster = 5
/** A history must outweigh so many clusters of the careful guess. */
const priorClusters = 20
/** Median of a squared standard normal. */
const chiSquareMedian = 0.455

/** By the halves. Slow drifts count in full: of all block lengths the noisiest is taken. */
export function dispersionOf(history: readonly Halves[]): Dispersion {
  return noiseOf(history, (blocks) => blocks.flatMap(halvesDiffer), 5)
}

/** By successive times. */
export function dispersionInTime(history: readonly Halves[]): Dispersion {
  return noiseOf(history, timesDiffer, 4)
}

/** The failure rate of the primary when nothing is wrong: without the worst twentieth of the looks. */
export function usualRate(history: readonly Halves[]): number | undefined {
  const rates = history
    .filter(({ all }) => all > 0)
    .sort((a, b) => failuresOf(a) / a.all - failuresOf(b) / b.all)
  const kept = rates.slice(0, Math.ceil(0.95 * rates.length))
  const requests = sum(kept.map(({ all }) => all))
  return requests > 0 ? sum(kept.map(failuresOf)) / requests : undefined
}

/** What is more than clusters explain is noise of the rates, `perUnit` times per failure of a look. */
function noiseOf(
  history: readonly Halves[],
  differences: (blocks: readonly Halves[][]) => number[],
  perUnit: number,
): Dispersion {
  const failures = sum(history.map(failuresOf))
  const found = blockLengths.map((length) => meanOf(differences(blocksOf(history, length))))
  const measured = Math.max(1, ...found)
  const clusters = failures / measured
  const phi =
    (measured * clusters + priorDispersion.cluster * priorClusters) / (clusters + priorClusters)
  const cluster = Math.min(phi, mostCluster)
  const noise = failures > 0 ? (perUnit * (phi - cluster) * history.length) / failures : 0
  return { cluster, noise }
}

/** The mean square, with a cap: a rare incident must not blind the judge for the day. */
function meanOf(squares: readonly number[]): number {
  if (squares.length < fewestBlocks) return 1
  const median = squares.toSorted((a, b) => a - b)[squares.length >> 1] ?? 0
  const cap = 16 * Math.max(1, median / chiSquareMedian)
  return sum(squares.map((square) => Math.min(square, cap))) / squares.length
}

function blocksOf(history: readonly Halves[], length: number): Halves[][] {
  const blocks: Halves[][] = []
  for (let at = 0; at + length <= history.length; at += length)
    blocks.push(history.slice(at, at + length))
  return blocks
}

function halvesDiffer(block: readonly Halves[]): number[] {
  const variance = sum(block.map((look) => failuresOf(look) * look.share * (1 - look.share)))
  if (variance === 0) return []
  const difference = sum(block.map((look) => look.first - failuresOf(look) * look.share))
  return [difference ** 2 / variance]
}

function timesDiffer(blocks: readonly Halves[][]): number[] {
  const sums = blocks.map((block) => ({
    bad: sum(block.map(failuresOf)),
    all: sum(block.map(({ all }) => all)),
  }))
  return sums.slice(1).flatMap((now, at) => {
    const { bad, all } = sums[at] ?? now
    if (bad + now.bad === 0 || all === 0 || now.all === 0) return []
    const pooled = (bad + now.bad) / (all + now.all)
    return [(bad / all - now.bad / now.all) ** 2 / (pooled * (1 / all + 1 / now.all))]
  })
}

const failuresOf = ({ first, second }: Halves): number => first + second

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0)
