/** What the primary counted in the hours before a run: two range queries. */
import { pastOf } from '../../judge/past.ts'
import { parameters } from '../http/web.ts'
import type { Conversation, MetricSource, Samples } from '../provider.ts'
import { onOneLine } from './promql.ts'
import { ask, getRequest } from './provider.ts'
import { rangesOf } from './samples.ts'

/** So many steps, of which the last ends then. */
export interface Range {
  until: Date
  stepSeconds: number
  steps: number
}

export interface HistoryQuery extends Range {
  /** Growth of failures and of requests in a step, by instance. */
  bad: string
  all: string
}

/**
 * Asks for failures and requests of the primary before the run, and reads their dispersion. Throws
 * ProviderError for an answer that is an error.
 */
export function* pastSamples(of: MetricSource & HistoryQuery): Conversation<Samples> {
  const { bad, all, until, stepSeconds, steps, ...source } = of
  const range = { until, stepSeconds, steps }
  const requests = rangesOf(yield* ask(getRequest(source, pastRange(all, range)), source))
  const failures = rangesOf(yield* ask(getRequest(source, pastRange(bad, range)), source))
  return { past: pastOf({ bad: failures, all: requests }) }
}

/** The path of a query over such a range. */
export function pastRange(query: string, { until, stepSeconds, steps }: Range): string {
  const end = Math.floor(until.getTime() / 1_000)
  const range = { start: end - (steps - 1) * stepSeconds, end, step: stepSeconds }
  return `api/v1/query_range?${parameters({ query: onOneLine(query), ...range })}`
}
