/** Metrics of Datadog: docs.datadoghq.com/api/latest/metrics, version 1 unless told otherwise. */
import { ProviderError } from '../../errors.ts'
import type { HttpAnswer, HttpRequest } from '../../io/http.ts'
import { isMap } from '../../json.ts'
import { errorIn, ofDatadog } from '../http/error-forms.ts'
import {
  baseUrl,
  below,
  jsonOf,
  listIn,
  parameters,
  succeeded,
  timeoutMs,
  unreadable,
} from '../http/web.ts'
import { type MetricProvider, type MetricSource, type QueryWindow, send } from '../provider.ts'
import { scalarBody, scalarOf } from './scalar.ts'

export const datadog: MetricProvider = {
  *query({ query, window, ...source }) {
    if (source.apiVersion === 'v2') {
      const request = requestTo(source, 'api/v2/query/scalar')
      const headers = { ...request.headers, 'Content-Type': 'application/json' }
      const body = scalarBody(query, window)
      const scalar = yield* send({ ...request, method: 'POST', headers, body })
      return { value: scalarOf(succeeded(scalar, ofDatadog)) }
    }
    const to = Math.floor(window.now.getTime() / 1000)
    const from = to - Math.floor(window.intervalMs / 100)
    const path = `api/v1/query?${parameters({ from, query, to })}`
    const answer = succeeded(yield* send(requestTo(source, path)), ofDatadog)
    return { value: latestOf(answer, window) }
  },

  *probe(source) {
    succeeded(yield* send(requestTo(source, 'api/v1/validate')), ofDatadog)
  },
}

function requestTo(source: MetricSource, path: string): HttpRequest {
  const { secret, address, insecureSkipVerify } = source
  const key = needed(secret, 'datadog_api_key')
  const application = needed(secret, 'datadog_application_key')
  return {
    url: below(baseUrl('datadog', address || 'https://api.datadoghq.com'), path),
    headers: { 'DD-API-KEY': key, 'DD-APPLICATION-KEY': application },
    timeoutMs,
    ...(insecureSkipVerify && { insecureSkipVerify }),
  }
}

function needed(secret: Readonly<Record<string, string>>, key: string): string {
  const value = secret[key]
  if (value) return value
  throw new ProviderError(`datadog credentials does not contain ${key}`)
}

/**
 * The newest point of the first series whose bucket is full: the one that is being filled misses
 * requests, and an old one tells of the time before the weight that is judged. Data may be late by
 * one interval, or by one bucket where that is longer.
 */
function latestOf(answer: HttpAnswer, { now, intervalMs }: QueryWindow): number | undefined {
  const series = firstSeries(answer)
  if (!series) return undefined
  const bucketMs = typeof series.interval === 'number' ? series.interval * 1000 : 0
  const earliest = now.getTime() - 2 * Math.max(intervalMs, bucketMs)
  let latest: number | undefined
  for (const [start, value] of pointsOf(series, answer)) {
    const end = start + bucketMs
    if (value !== null && end <= now.getTime() && end >= earliest) latest = value
  }
  return latest
}

function firstSeries(answer: HttpAnswer): Record<string, unknown> | undefined {
  const read = jsonOf(answer)
  if (!isMap(read)) throw unreadable(answer, 'it is not an object')
  if (read.status === 'error')
    throw new ProviderError(`error response: ${errorIn(answer.body, ofDatadog) ?? 'no reason'}`)
  const [first] = listIn(read, 'series', answer)
  if (first === undefined || isMap(first)) return first
  throw unreadable(answer, 'series[0] is not an object')
}

/** Milliseconds and value, oldest first. */
function pointsOf(series: Record<string, unknown>, answer: HttpAnswer): [number, number | null][] {
  return listIn(series, 'pointlist', answer).map((point) => {
    const [time, value]: unknown[] = Array.isArray(point) ? point : []
    if (typeof time === 'number' && (typeof value === 'number' || value === null))
      return [time, value]
    throw unreadable(answer, 'a point is not a pair of time and value')
  })
}
