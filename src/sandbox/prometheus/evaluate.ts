/** Answers an instant query from the series in memory. */
import type { Matcher, Query } from './parse.ts'
import type { Labels, Sample, Series, SeriesStore } from './series.ts'

export interface Point {
  labels: Labels
  value: number
}

interface Moment {
  store: SeriesStore
  now: Date
}

/** How far back an instant selector looks for the last sample, as in Prometheus. */
const lookBackMs = 5 * 60_000

/** The instant vector; a bare number is one point without labels. Throws Error on what it lacks. */
export function evaluate(query: Query, moment: Moment): Point[] {
  switch (query.kind) {
    case 'number':
      return [{ labels: {}, value: query.value }]
    case 'selector':
      return instant(query, moment)
    case 'aggregate':
      return aggregate(query, evaluate(query.of, moment))
    case 'binary':
      return combine(query, evaluate(query.left, moment), evaluate(query.right, moment))
    default:
      return call(query, moment)
  }
}

type Selector = Extract<Query, { kind: 'selector' }>

function select({ name, matchers }: Selector, { store }: Moment): Series[] {
  return store.all(name).filter(({ labels }) => matchers.every((matcher) => fits(matcher, labels)))
}

function fits({ label, op, value }: Matcher, labels: Labels): boolean {
  const has = labels[label] ?? ''
  if (op === '=') return has === value
  if (op === '!=') return has !== value
  const matches = new RegExp(`^(?:${value})$`, 's').test(has)
  return op === '=~' ? matches : !matches
}

function instant(query: Selector, moment: Moment): Point[] {
  if (query.rangeMs !== undefined) throw new Error('a range vector must be given to a function')
  const from = moment.now.getTime() - lookBackMs
  return select(query, moment).flatMap(({ labels, samples }) => {
    const last = samples.at(-1)
    return last && last.at >= from ? [{ labels, value: last.value }] : []
  })
}

/** Increase over the window in units a second, of counters that never go back. */
function over(query: Query | undefined, moment: Moment, perSecond: boolean): Point[] {
  if (query?.kind !== 'selector' || query.rangeMs === undefined)
    throw new Error('expected a range vector such as requests_total[1m]')
  const from = moment.now.getTime() - query.rangeMs
  return select(query, moment).flatMap(({ labels, samples }) => {
    const inside = samples.filter(({ at }) => at >= from)
    const [first, last] = [firstOf(inside, samples), inside.at(-1)]
    if (!first || !last || last.at <= first.at) return []
    const increase = last.value - first.value
    return [{ labels, value: perSecond ? increase / ((last.at - first.at) / 1_000) : increase }]
  })
}

/** A counter that appeared within the window counted from zero: its first requests count too. */
function firstOf(inside: readonly Sample[], all: readonly Sample[]): Sample | undefined {
  const first = inside[0]
  if (!first || first !== all[0]) return first
  return { at: first.at - 1_000, value: 0 }
}

function call(query: Extract<Query, { kind: 'call' }>, moment: Moment): Point[] {
  const [first, second] = query.args
  switch (query.name) {
    case 'rate':
    case 'irate':
      return over(first, moment, true)
    case 'increase':
      return over(first, moment, false)
    case 'vector':
    case 'scalar':
      return first ? evaluate(first, moment) : []
    case 'histogram_quantile': {
      const [quantile] = first ? evaluate(first, moment) : []
      return second && quantile ? quantiles(quantile.value, evaluate(second, moment)) : []
    }
    default:
      throw new Error(`unknown function with name "${query.name}"`)
  }
}

/** Linear interpolation within the bucket, as Prometheus' histogram_quantile does. */
function quantiles(quantile: number, points: readonly Point[]): Point[] {
  const groups = groupBy(points, ({ le: _, ...rest }) => rest)
  return groups.flatMap(({ labels, members }) => {
    const buckets = members
      .map(({ labels: { le = '' }, value }) => ({ le: bound(le), count: value }))
      .sort((a, b) => a.le - b.le)
    const total = buckets.at(-1)?.count ?? 0
    if (total === 0) return [{ labels, value: Number.NaN }]
    const rank = quantile * total
    const at = buckets.findIndex(({ count }) => count >= rank)
    const upper = buckets[at]
    if (!upper) return []
    const lower = buckets[at - 1] ?? { le: 0, count: 0 }
    if (upper.le === Number.POSITIVE_INFINITY) return [{ labels, value: lower.le }]
    const share = (rank - lower.count) / Math.max(1e-9, upper.count - lower.count)
    return [{ labels, value: lower.le + (upper.le - lower.le) * share }]
  })
}

function bound(le: string): number {
  return le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le)
}

function aggregate(query: Extract<Query, { kind: 'aggregate' }>, points: Point[]): Point[] {
  const { by, without, name } = query
  const groups = groupBy(points, (labels) =>
    Object.fromEntries(Object.entries(labels).filter(([key]) => by.includes(key) !== without)),
  )
  return groups.map(({ labels, members }) => ({
    labels,
    value: reduce(
      name,
      members.map(({ value }) => value),
    ),
  }))
}

function reduce(name: string, values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0)
  switch (name) {
    case 'sum':
      return sum
    case 'avg':
      return sum / values.length
    case 'count':
      return values.length
    case 'min':
      return Math.min(...values)
    default:
      return Math.max(...values)
  }
}

function groupBy(
  points: readonly Point[],
  labelsOf: (labels: Labels) => Labels,
): { labels: Labels; members: Point[] }[] {
  const groups = new Map<string, { labels: Labels; members: Point[] }>()
  for (const point of points) {
    const labels = labelsOf(point.labels)
    const group = groups.get(keyOf(labels)) ?? { labels, members: [] }
    group.members.push(point)
    groups.set(keyOf(labels), group)
  }
  return [...groups.values()]
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)))
}

type Binary = Extract<Query, { kind: 'binary' }>

/** Number with vector, or vectors matched by equal labels. */
function combine({ op, left, right }: Binary, a: Point[], b: Point[]): Point[] {
  if (op === 'or') return [...a, ...b.filter((y) => !a.some((x) => same(x, y)))]
  const [x] = a
  const [y] = b
  if (left.kind === 'number' && x) return b.flatMap((p) => point(op, p.labels, x.value, p.value))
  if (right.kind === 'number' && y) return a.flatMap((p) => point(op, p.labels, p.value, y.value))
  return a.flatMap((p) => {
    const other = b.find((q) => same(p, q))
    return other ? point(op, p.labels, p.value, other.value) : []
  })
}

function same(a: Point, b: Point): boolean {
  return keyOf(a.labels) === keyOf(b.labels)
}

function point(op: string, labels: Labels, a: number, b: number): Point[] {
  const results: Readonly<Record<string, number>> = {
    '+': a + b,
    '-': a - b,
    '*': a * b,
    '/': a / b,
  }
  const result = results[op]
  if (result !== undefined) return [{ labels, value: result }]
  const holds: Readonly<Record<string, boolean>> = {
    '==': a === b,
    '!=': a !== b,
    '<': a < b,
    '<=': a <= b,
    '>': a > b,
    '>=': a >= b,
  }
  return holds[op] ? [{ labels, value: a }] : []
}
