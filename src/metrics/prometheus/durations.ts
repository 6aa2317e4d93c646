/** How many requests took longer than a bound, by the buckets of both versions. */
import { ProviderError } from '../../errors.ts'
import { type Bucket, boundsFor } from '../../judge/bounds.ts'
import { type Count, countOf } from '../../judge/look.ts'
import { instanceLabels, type PastSeries, pastOf } from '../../judge/past.ts'
import type { Bounded, Conversation, MetricSource, Samples } from '../provider.ts'
import { bornIn } from './counts.ts'
import { pastRange, type Range } from './history.ts'
import { ask, getRequest, queryRequest } from './provider.ts'
import { namedSamples, rangesOf } from './samples.ts'

/** Of each bound: the requests of both versions, and those that took longer. */
export function* armDurations(
  of: MetricSource & { query: string; at: Date; bounds: readonly number[] },
): Conversation<Samples> {
  const { query, at, bounds, ...source } = of
  const found = namedSamples(yield* ask(queryRequest(source, query, at), source), 'n')
  const arms = bounds.map((_, index) => ({
    canary: slowOf(found, 'canary', index),
    primary: slowOf(found, 'primary', index),
    born: bornIn(found),
  }))
  return { arms }
}

function slowOf(found: ReadonlyMap<string, number>, arm: string, index: number): Count {
  const all = found.get(`${arm}_all`) ?? 0
  const within = found.get(`${arm}_within_${index}`) ?? (all > 0 ? Number.NaN : 0)
  if (!Number.isFinite(all)) throw new ProviderError(`the count of ${arm} requests is not a number`)
  if (!Number.isFinite(within))
    throw new ProviderError(
      `the buckets of ${arm} requests lack the bound that the run is judged by`,
    )
  return countOf(all - within, all)
}

export interface PastDurations {
  /** The primary's requests by bucket, over the whole history. */
  buckets: string
  /** From the unit of the bounds to milliseconds. */
  toMs: number
  /** What the range allows, and whether a second bound is wanted. */
  maxMs: number
  hasBody: boolean
  /** Growth by step, for these bounds. */
  past(bounds: readonly number[]): { all: string; within: readonly string[] }
  range: Range
}

/** The bounds of a run, and how the primary's slow requests have come; none without buckets. */
export function* pastDurations(of: MetricSource & PastDurations): Conversation<Samples> {
  const { buckets, toMs, maxMs, hasBody, past, range, ...source } = of
  const answer = yield* ask(queryRequest(source, buckets, range.until), source)
  const bounds = boundsFor(bucketsIn(namedSamples(answer, 'le'), toMs), { maxMs, hasBody })
  if (bounds.length === 0 || range.steps < 1)
    return { bounds: bounds.map((boundMs): Bounded => ({ boundMs })) }
  const queries = past(bounds)
  const growth = function* (query: string) {
    return rangesOf(yield* ask(getRequest(source, pastRange(query, range)), source))
  }
  const all = yield* growth(queries.all)
  const bounded: Bounded[] = []
  for (const [at, boundMs] of bounds.entries()) {
    const within = yield* growth(queries.within[at] ?? '')
    bounded.push({ boundMs, past: pastOf({ bad: beyond(all, within), all }) })
  }
  return { bounds: bounded }
}

function bucketsIn(found: ReadonlyMap<string, number>, toMs: number): Bucket[] {
  return [...found].flatMap(([le, within]) => {
    const bound = le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le)
    const isKnown = !Number.isNaN(bound) && Number.isFinite(within)
    return isKnown ? [{ boundMs: Number((bound * toMs).toPrecision(12)), within }] : []
  })
}

/** Of each instance and step: what of all is not within. */
function beyond(all: readonly PastSeries[], within: readonly PastSeries[]): PastSeries[] {
  const nearby = new Map(within.map(({ labels, values }) => [keyOf(labels), new Map(values)]))
  return all.map(({ labels, values }) => {
    const known = nearby.get(keyOf(labels))
    return { labels, values: values.map(([at, count]) => [at, count - (known?.get(at) ?? count)]) }
  })
}

const keyOf = (labels: PastSeries['labels']): string =>
  JSON.stringify(instanceLabels.map((name) => labels[name]))
