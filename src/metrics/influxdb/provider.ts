/** Flux at InfluxDB 2, and at 1.8 with Flux: docs.influxdata.com/influxdb/v2/api. InfluxQL at 1. */
import { ProviderError } from '../../errors.ts'
import type { HttpAnswer, HttpRequest } from '../../io/http.ts'
import { besideCode } from '../http/error-forms.ts'
import { baseUrl, below, parameters, succeeded, unreadable } from '../http/web.ts'
import { type MetricProvider, type MetricSource, send } from '../provider.ts'
import { firstRecord } from './annotated-csv.ts'
import { influxqlRequest, influxqlValue } from './influxql.ts'

export const influxdb: MetricProvider = {
  *query({ query, ...source }) {
    if (source.apiVersion === 'v1')
      return { value: influxqlValue(inVersion1(yield* send(influxqlRequest(source, query)))) }
    return { value: numberIn(succeeded(yield* send(requestOf(source, query)), besideCode)) }
  },

  *probe(source) {
    if (source.apiVersion === 'v1') {
      // Whoever may log in may ask it, and sees what it may.
      succeeded(yield* send(influxqlRequest(source, 'SHOW DATABASES')), besideCode)
      return
    }
    // Any token may list what it sees; a bucket by the name of `default` need not be there.
    recordOf(succeeded(yield* send(requestOf(source, 'buckets() |> limit(n: 1)')), besideCode))
  },
}

/** A statement that is wrong has its reason in the body, whatever the status. */
function inVersion1(answer: HttpAnswer): HttpAnswer {
  return answer.status === 400 ? answer : succeeded(answer, besideCode)
}

const dialect = {
  annotations: ['datatype', 'group', 'default'],
  delimiter: ',',
  header: true,
}

function requestOf(source: MetricSource, query: string): HttpRequest {
  const { address, insecureSkipVerify } = source
  const url = below(baseUrl('influxdb', address), 'api/v2/query')
  const { token, org } = credentialsOf(source.secret)
  return {
    method: 'POST',
    url: `${url}?${parameters({ org })}`,
    headers: {
      Accept: 'application/csv',
      'Content-Type': 'application/json',
      ...(token !== undefined && { Authorization: `Token ${token}` }),
    },
    body: JSON.stringify({ dialect, query, type: 'flux' }),
    timeoutMs: 15_000,
    ...(insecureSkipVerify && { insecureSkipVerify }),
  }
}

function credentialsOf(secret: Readonly<Record<string, string>>): { token?: string; org: string } {
  if (Object.keys(secret).length === 0) return { org: '' }
  const { token, org } = secret
  if (!token)
    throw new ProviderError('influxdb credentials does not contain an authentication token')
  if (!org) throw new ProviderError('influxdb credentials does not contain an organisation')
  return { token, org }
}

const numeric = ['double', 'long', 'unsignedLong']

/** The `_value` of the first record; undefined where there is none, or null. */
function numberIn(answer: HttpAnswer): number | undefined {
  const record = recordOf(answer)
  if (!record) return undefined
  const { _value: cell } = record
  if (!cell) throw unreadable(answer, 'there is no column _value')
  if (!numeric.includes(cell.type))
    throw unreadable(answer, `_value is a ${cell.type || 'text'}, not a number`)
  if (cell.text === '') return undefined
  const value = numberOf(cell.text)
  if (value === undefined) throw unreadable(answer, '_value is not a number')
  return Number.isNaN(value) ? undefined : value
}

/** A query that fails while its answer is written ends it by a table of its own. */
function recordOf(answer: HttpAnswer) {
  const body = answer.body.trim()
  if (body !== '' && !/^(?:[#,]|error,)/.test(body))
    throw unreadable(answer, 'it is not annotated CSV')
  const record = firstRecord(body)
  if (record && Object.hasOwn(record, 'error') && Object.hasOwn(record, 'reference'))
    throw new ProviderError(`error accessing influxdb query api: ${record.error?.text}`)
  return record
}

/** As Go writes a float; undefined for any other text. */
function numberOf(text: string): number | undefined {
  const infinite = /^([+-]?)Inf$/.exec(text)
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  const value = Number(text)
  return Number.isNaN(value) && text !== 'NaN' ? undefined : value
}
