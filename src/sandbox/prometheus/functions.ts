/** The functions that queries may call. */

import type { Query, Selector } from './parse.ts'
import { type Sample, withoutName } from './series.ts'
import { groupBy, type Moment, type Point, select } from './vector.ts'

type Run = (args: readonly Query[], moment: Moment, of: (query: Query) => Point[]) => Point[]

export const functions: Readonly<Record<string, { takes: number; run: Run }>> = {
  rate: { takes: 1, run: ([range], moment) => over(range, moment, ratePerSecond) },
  irate: { takes: 1, run: ([range], moment) => over(range, moment, lastRate) },
  increase: { takes: 1, run: ([range], moment) => over(range, moment, increase) },
  avg_over_time: { takes: 1, run: ([range], moment) => overTime(range, moment, mean) },
  max_over_time: { takes: 1, run: ([range], moment) => overTime(range, moment, largest) },
  min_over_time: { takes: 1, run: ([range], moment) => overTime(range, moment, smallest) },
  abs: { takes: 1, run: each(Math.abs) },
  ceil: { takes: 1, run: each(Math.ceil) },
  floor: { takes: 1, run: each(Math.floor) },
  round: { takes: 1, run: each(Math.round) },
  time: { takes: 0, run: (_, { now }) => [{ labels: {}, value: now.getTime() / 1_000 }] },
  vector: { takes: 1, run: ([scalar], _, of) => (scalar ? of(scalar) : []) },
  scalar: { takes: 1, run: ([vector], _, of) => [toScalar(vector ? of(vector) : [])] },
  label_replace: {
    takes: 5,
    run: ([vector, ...texts], _, of) => relabelled(vector ? of(vector) : [], texts),
  },
  histogram_quantile: {
    takes: 2,
    run([wanted, vector], _, of) {
      const [quantile] = wanted ? of(wanted) : []
      return vector && quantile ? quantiles(quantile.value, of(vector)) : []
    },
  },
}

function each(change: (value: number) => number): Run {
  return ([vector], _, of) =>
    (vector ? of(vector) : []).map(({ labels, value }) => ({
      labels: withoutName(labels),
      value: change(value),
    }))
}

/** The label is set where the pattern matches that of the source; `$1` is not read. */
function relabelled(points: readonly Point[], args: readonly Query[]): Point[] {
  const texts = args.map((arg) => (arg.kind === 'text' ? arg.text : undefined))
  const [label, value, source, pattern] = texts
  if (label === undefined || value === undefined || source === undefined || pattern === undefined)
    throw new Error('label_replace takes a vector and four texts')
  const test = new RegExp(`^(?:${pattern})$`, 's')
  return points.map((point) =>
    test.test(point.labels[source] ?? '')
      ? { ...point, labels: { ...point.labels, [label]: value } }
      : point,
  )
}

/** A vector of any other size than one has no one value. */
function toScalar(points: readonly Point[]): Point {
  const [first] = points
  return { labels: {}, value: points.length === 1 && first ? first.value : Number.NaN }
}

interface Window {
  samples: readonly Sample[]
  /** The first sample of the window is the first of all that were taken. */
  isFromStart: boolean
}

/** One point for each series of a range, where `reduce` finds a value. */
function over(
  query: Query | undefined,
  moment: Moment,
  reduce: (window: Window) => number | undefined,
): Point[] {
  const { range, rangeMs } = rangeOf(query)
  const from = moment.now.getTime() - range.offsetMs - rangeMs
  return select(range, moment).flatMap(({ labels, samples, isWhole }) => {
    const inside = samples.filter(({ at }) => at >= from)
    const value = reduce({ samples: inside, isFromStart: isWhole && inside[0] === samples[0] })
    return value === undefined ? [] : [{ labels, value }]
  })
}

function rangeOf(query: Query | undefined): { range: Selector; rangeMs: number } {
  if (query?.kind !== 'selector' || query.rangeMs === undefined)
    throw new Error('expected a range vector such as requests_total[1m]')
  return { range: query, rangeMs: query.rangeMs }
}

/** Counters here never go back: there is no reset to correct. */
function change({ samples, isFromStart }: Window): { by: number; ms: number } | undefined {
  const last = samples.at(-1)
  const first = isFromStart ? beforeFirst(samples[0]) : samples[0]
  if (!first || !last || last.at <= first.at) return undefined
  return { by: last.value - first.value, ms: last.at - first.at }
}

/** A counter that appeared within the window counted from zero: its first requests count too. */
function beforeFirst(first: Sample | undefined): Sample | undefined {
  return first && { at: first.at - 1_000, value: 0 }
}

function increase(window: Window): number | undefined {
  return change(window)?.by
}

function ratePerSecond(window: Window): number | undefined {
  const changed = change(window)
  return changed && changed.by / (changed.ms / 1_000)
}

function lastRate({ samples }: Window): number | undefined {
  return ratePerSecond({ samples: samples.slice(-2), isFromStart: false })
}

function overTime(
  query: Query | undefined,
  moment: Moment,
  reduce: (values: readonly number[]) => number,
): Point[] {
  return over(query, moment, ({ samples }) =>
    samples.length === 0 ? undefined : reduce(samples.map(({ value }) => value)),
  )
}

const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length
const largest = (values: readonly number[]) => Math.max(...values)
const smallest = (values: readonly number[]) => Math.min(...values)

/** Linear interpolation within the bucket, as Prometheus' histogram_quantile does. */
function quantiles(quantile: number, points: readonly Point[]): Point[] {
  const groups = groupBy(points, (labels) => {
    const { le: _, ...rest } = withoutName(labels)
    return rest
  })
  return groups.map(({ labels, members }) => ({ labels, value: quantileOf(quantile, members) }))
}

function quantileOf(quantile: number, members: readonly Point[]): number {
  const buckets = members
    .map(({ labels: { le = '' }, value }) => ({ le: boundOf(le), count: value }))
    .sort((a, b) => a.le - b.le)
  const last = buckets.at(-1)
  if (buckets.length < 2 || last?.le !== Number.POSITIVE_INFINITY || last.count === 0)
    return Number.NaN
  if (Number.isNaN(quantile)) return Number.NaN
  if (quantile < 0) return Number.NEGATIVE_INFINITY
  if (quantile > 1) return Number.POSITIVE_INFINITY
  const rank = quantile * last.count
  const at = buckets.findIndex(({ count }) => count >= rank)
  const upper = buckets[at] ?? last
  const lower = buckets[at - 1] ?? { le: 0, count: 0 }
  if (upper.le === Number.POSITIVE_INFINITY) return lower.le
  const within = upper.count - lower.count
  return within === 0
    ? upper.le
    : lower.le + (upper.le - lower.le) * ((rank - lower.count) / within)
}

function boundOf(le: string): number {
  return le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le)
}
