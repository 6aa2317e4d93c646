/**
 * Programs of SignalFlow, by plain HTTP and server-sent events:
 * dev.splunk.com/observability/reference/api/signalflow/latest, messages as in Splunk's own client.
 */
import { ProviderError } from '../../errors.ts'
import type { HttpAnswer } from '../../io/http.ts'
import { isMap, readJson } from '../../json.ts'
import { besideCode, wordsOf } from '../http/error-forms.ts'
import { baseUrl, below, parameters, succeeded, timeoutMs } from '../http/web.ts'
import { type MetricProvider, type MetricSource, send } from '../provider.ts'
import { eventsIn, type SentEvent } from './server-sent-events.ts'

export const splunk: MetricProvider = {
  *query({ query, window, ...source }) {
    const stop = window.now.getTime()
    const asked = { start: stop - 10 * window.intervalMs, stop, immediate: 'true' }
    const answer = yield* send({
      ...requestTo('stream', source, `v2/signalflow/execute?${parameters(asked)}`),
      method: 'POST',
      body: query,
    })
    return { value: lastOf(succeeded(answer, besideCode)) }
  },

  *probe(source) {
    succeeded(yield* send(requestTo('api', source, 'v2/metric?limit=1')), besideCode)
  },
}

/** Programs and everything else have hosts of their own, such as stream.us1 and api.us1. */
function requestTo(
  host: 'stream' | 'api',
  { address, secret, insecureSkipVerify }: MetricSource,
  path: string,
) {
  if (address === '') throw new ProviderError('splunk endpoint is not set')
  const { sf_token_key: token } = secret
  if (!token) throw new ProviderError('splunk credentials does not contain sf_token_key')
  const base = baseUrl('splunk', address.replace(/^ws/, 'http'))
  base.hostname = base.hostname.replace(/^(api|stream)\./, `${host}.`)
  return {
    url: below(base, path),
    headers: { 'Content-Type': 'text/plain', 'X-SF-Token': token },
    timeoutMs,
    ...(insecureSkipVerify && { insecureSkipVerify }),
  }
}

/** The last value of the one time series. */
function lastOf({ body }: HttpAnswer): number | undefined {
  let series: unknown
  let last: number | undefined
  let hasEnded = false
  for (const { name, message } of eventsIn(body).map(read)) {
    if (name === 'error') throw failure(message)
    if (name === 'control-message') hasEnded ||= isEnd(message)
    if (name !== 'data') continue
    for (const { tsId, value } of elementsOf(message)) {
      series ??= tsId
      if (series !== tsId) throw new ProviderError('query returned multiple values')
      last = numberIn(value) ?? last
    }
  }
  if (hasEnded) return last
  throw new ProviderError('invalid response: the stream ended before its end')
}

function read({ name, data }: SentEvent): { name: string; message: Record<string, unknown> } {
  const message = readJson(data)
  if (message === undefined) throw new ProviderError('invalid response: a message is not JSON')
  if (isMap(message)) return { name, message }
  throw new ProviderError(`invalid response: a message of type ${name} is not an object`)
}

function failure({ error, errorType, message }: Readonly<Record<string, unknown>>): ProviderError {
  const said = wordsOf([error, errorType, message]) ?? 'no reason'
  return new ProviderError(`error executing query: ${said}`)
}

function isEnd({ event, abortInfo }: Readonly<Record<string, unknown>>): boolean {
  if (event === 'CHANNEL_ABORT')
    throw new ProviderError(`the computation was aborted: ${reasonIn(abortInfo)}`)
  return event === 'END_OF_CHANNEL'
}

function elementsOf({ data }: Readonly<Record<string, unknown>>): Record<string, unknown>[] {
  const elements: unknown[] = Array.isArray(data) ? data : [undefined]
  if (elements.every(isMap)) return elements
  throw new ProviderError('invalid response: a message of data holds no list of values')
}

/** JSON has no NaN: there it is a text, and no value. */
function numberIn(value: unknown): number | undefined {
  if (value === null || value === 'NaN') return undefined
  if (typeof value === 'number') return value
  throw new ProviderError('invalid response: a value is not a number')
}

/** `{"sf_job_abortState":"…","sf_job_abortReason":"…"}` */
function reasonIn(info: unknown): string {
  return (isMap(info) && wordsOf(info.sf_job_abortReason)) || 'no reason'
}
