/** What the primary counted in the hours before a run: two range queries. */
import { pastOf } from '../../judge/past.ts'
import type { Conversation, MetricSource, Samples } from '../provider.ts'
import { parameters } from '../web.ts'
import { onOneLine } from './promql.ts'
import { ask, getRequest } from './provider.ts'
import { rangesOf } from './samples.ts'

export interface HistoryQuery {
  /** Growth of failures and of requests in a step, by instance. */
  bad: string
  all: string
  until: Date
  stepSeconds: number
  steps: number
}

export function* pastSamples(of: MetricSource & HistoryQuery): Conversation<Samples> {
  const { bad, all, until, stepSeconds, steps, ...source } = of
  const end = Math.floor(until.getTime() / 1_000)
  const range = { start: end - (steps - 1) * stepSeconds, end, step: stepSeconds }
  const path = (query: string) =>
    `api/v1/query_range?${parameters({ query: onOneLine(query), ...range })}`
  const requests = rangesOf(yield* ask(getRequest(source, path(all)), source))
  const failures = rangesOf(yield* ask(getRequest(source, path(bad)), source))
  return { past: pastOf({ bad: failures, all: requests }) }
}
