/**
 * Cloud Monitoring: cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.timeSeries/query for MQL,
 * cloud.google.com/stackdriver/docs/managed-prometheus/query-api-ui for PromQL.
 */
import { ProviderError } from '../../errors.ts'
import type { HttpAnswer, HttpRequest } from '../../io/http.ts'
import { isMap } from '../../json.ts'
import { sendWithToken } from '../clouds/google.ts'
import { errorIn, inError, wordsOf } from '../http/error-forms.ts'
import { baseUrl, below, jsonOf, timeoutMs, unreadable } from '../http/web.ts'
import { promQuery } from '../prometheus/promql.ts'
import { sampleOf } from '../prometheus/samples.ts'
import type { Conversation, MetricProvider, MetricSource } from '../provider.ts'

export const stackdriver: MetricProvider = {
  *query({ query, window: _, ...source }) {
    if (source.language === 'promql')
      return { value: sampleOf(yield* ask(source, (base) => promRequest(base, query))) }
    const answer = yield* ask(source, (base) => mqlRequest(base, query))
    return { value: pointOf(succeeded(answer)) }
  },

  *probe(source) {
    const answer = yield* ask(source, (base) => mqlRequest(base, ''))
    // It refuses to answer nothing, but not the caller.
    if (answer.status !== 400) succeeded(answer)
  },
}

/** `base` is the address below which the project is. */
function ask(
  source: MetricSource,
  make: (base: (version: string) => string) => HttpRequest,
): Conversation<HttpAnswer> {
  const { secret, address } = source
  if (Object.keys(secret).length > 0 && !secret.project)
    throw new ProviderError('stackdriver credentials does not contain a project id')
  const server = baseUrl('stackdriver', address || 'https://monitoring.googleapis.com')
  return sendWithToken((project) => {
    if (!project) throw new ProviderError('no project is known; add project to the Secret')
    return make((version) => below(server, `${version}/projects/${encodeURIComponent(project)}`))
  }, source)
}

function mqlRequest(base: (version: string) => string, query: string): HttpRequest {
  return {
    method: 'POST',
    url: `${base('v3')}/timeSeries:query`,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ query }),
    timeoutMs,
  }
}

function promRequest(base: (version: string) => string, query: string): HttpRequest {
  return { url: `${base('v1')}/location/global/prometheus/${promQuery(query)}`, timeoutMs }
}

function succeeded(answer: HttpAnswer): HttpAnswer {
  if (answer.status === 200) return answer
  const said = errorIn(answer.body, inError) ?? 'no reason'
  throw new ProviderError(`error requesting stackdriver: ${said} (status ${answer.status})`)
}

/** The newest point of the first series, whatever sort of number it is. */
function pointOf(answer: HttpAnswer): number | undefined {
  const read = jsonOf(answer)
  if (!isMap(read)) throw unreadable(answer, 'it is not an object')
  assertWhole(read)
  const series = firstOf(read, 'timeSeriesData', answer)
  const point = series && firstOf(series, 'pointData', answer)
  const value = point && firstOf(point, 'values', answer)
  if (!value) return undefined
  const { doubleValue, int64Value } = value
  // Of a number that JSON can't write there is a text: NaN, Infinity, and all of int64.
  const found = doubleValue === undefined ? int64Value : doubleValue
  const number = typeof found === 'string' ? Number(found) : found
  if (found === 'NaN' || found === null) return undefined
  if (typeof number === 'number' && !Number.isNaN(number)) return number
  throw unreadable(answer, `a value is a ${Object.keys(value)[0] ?? 'nothing'}, not a number`)
}

/** What is left of a sum or a share without some of its series is another value. */
function assertWhole({ partialErrors = [] }: Readonly<Record<string, unknown>>): void {
  if (Array.isArray(partialErrors) && partialErrors.length === 0) return
  const said = wordsOf(partialErrors)
  throw new ProviderError(['the answer is partial', said].filter(Boolean).join(': '))
}

function firstOf(
  of: Readonly<Record<string, unknown>>,
  member: string,
  answer: HttpAnswer,
): Record<string, unknown> | undefined {
  const list = of[member] ?? []
  if (!Array.isArray(list)) throw unreadable(answer, `${member} is not a list`)
  const [first]: unknown[] = list
  if (first === undefined || isMap(first)) return first
  throw unreadable(answer, `${member}[0] is not an object`)
}
