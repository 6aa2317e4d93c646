/** InfluxQL, the language of version 1: docs.influxdata.com/influxdb/v1/tools/api/#query-http-endpoint. */
import { ProviderError } from '../../errors.ts'
import type { HttpAnswer, HttpRequest } from '../../io/http.ts'
import { isMap } from '../../json.ts'
import {
  baseUrl,
  below,
  headersOf,
  jsonOf,
  listIn,
  parameters,
  timeoutMs,
  unreadable,
} from '../http/web.ts'
import type { MetricSource } from '../provider.ts'

/** Throws ProviderError for what is not one statement that reads. */
export function influxqlRequest(source: MetricSource, query: string): HttpRequest {
  const { address, secret, insecureSkipVerify } = source
  const { database: db, ...login } = secret
  assertReads(query)
  const asked = { ...(db && { db }), epoch: 'ms', q: query.trim() }
  return {
    url: `${below(baseUrl('influxdb', address), 'query')}?${parameters(asked)}`,
    headers: headersOf('influxdb', { ...source, secret: login }),
    timeoutMs,
    ...(insecureSkipVerify && { insecureSkipVerify }),
  }
}

/**
 * Version 1 carries out whatever it is asked, by a GET too, as far as the login may. A query is put
 * together from values of Canaries, so that it may read, and no more. Quotes do not count: to tell
 * them from those in a regular expression takes the parser of the server.
 */
function assertReads(query: string): void {
  const text = query.trim()
  const isReading = /^(SELECT|SHOW)\s/i.test(text) && !/;.|\bINTO\b/is.test(text)
  if (isReading) return
  throw new ProviderError(
    'the query is not one statement that reads; begin it with SELECT, without INTO and further ;',
  )
}

/** The newest value that is no null, of one series with one column beside the time. */
export function influxqlValue(answer: HttpAnswer): number | undefined {
  const series = listIn(soleResult(answer), 'series', answer)
  if (series.length > 1)
    throw new ProviderError(`query returned ${series.length} series; leave out GROUP BY of tags`)
  const [only] = series
  if (only === undefined) return undefined
  const columns = listIn(only, 'columns', answer)
  if (columns.length !== 2)
    throw new ProviderError(`query returned ${columns.length - 1} columns; let it select one`)
  const at = columns[0] === 'time' ? 1 : 0
  let newest: number | undefined
  for (const row of listIn(only, 'values', answer)) newest = numberIn(row, at, answer) ?? newest
  return newest
}

function soleResult(answer: HttpAnswer): unknown {
  const read = jsonOf(answer)
  if (isMap(read) && typeof read.error === 'string') throw refused(read.error)
  const [first, ...more] = listIn(read, 'results', answer)
  if (more.length > 0) throw new ProviderError('the query has several statements; write one')
  if (isMap(first) && typeof first.error === 'string') throw refused(first.error)
  return first
}

const refused = (why: string) => new ProviderError(`error accessing influxdb query api: ${why}`)

function numberIn(row: unknown, at: number, answer: HttpAnswer): number | undefined {
  const value: unknown = Array.isArray(row) ? row[at] : undefined
  if (value === null) return undefined
  if (typeof value === 'number') return value
  throw unreadable(answer, 'a value is not a number')
}
