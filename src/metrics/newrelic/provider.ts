/** NRQL by the Insights query API of New Relic. */
import { ProviderError } from '../../errors.ts'
import type { HttpAnswer, HttpRequest } from '../../io/http.ts'
import { isMap } from '../../json.ts'
import { inError } from '../http/error-forms.ts'
import { baseUrl, below, jsonOf, listIn, parameters, succeeded, timeoutMs } from '../http/web.ts'
import { type MetricProvider, type MetricSource, send } from '../provider.ts'

export const newrelic: MetricProvider = {
  *query({ query, window, ...source }) {
    const answer = yield* send(requestOf(source, since(query, window.intervalMs)))
    return { value: resultOf(succeeded(answer, inError)) }
  },

  *probe(source) {
    succeeded(yield* send(requestOf(source, since('SELECT * FROM Metric', 60_000))), inError)
  },
}

const since = (query: string, ms: number) => `${query} SINCE ${Math.floor(ms / 1000)} seconds ago`

function requestOf(source: MetricSource, nrql: string): HttpRequest {
  const { secret, address, insecureSkipVerify } = source
  const account = needed(secret, 'newrelic_account_id')
  const key = needed(secret, 'newrelic_query_key')
  const base = baseUrl('newrelic', address || 'https://insights-api.newrelic.com')
  const path = `v1/accounts/${encodeURIComponent(account)}/query`
  return {
    url: `${below(base, path)}?${parameters({ nrql })}`,
    headers: { 'X-Query-Key': key },
    timeoutMs,
    ...(insecureSkipVerify && { insecureSkipVerify }),
  }
}

function needed(secret: Readonly<Record<string, string>>, key: string): string {
  const value = secret[key]
  if (value) return value
  throw new ProviderError(`newrelic credentials does not contain the key '${key}'`)
}

/** The one number of the one result, whatever its function is called: result, average, count, … */
function resultOf(answer: HttpAnswer): number | undefined {
  const all = listIn(jsonOf(answer), 'results', answer)
  const [only] = all
  if (all.length > 1 || !isMap(only)) return undefined
  const found = 'result' in only ? only.result : soleMember(only)
  // percentile() gives {"percentiles": {"99": 0.2}}.
  const value = isMap(found) ? soleMember(found) : found
  return typeof value === 'number' ? value : undefined
}

function soleMember(of: Readonly<Record<string, unknown>>): unknown {
  const values = Object.values(of)
  return values.length === 1 ? values[0] : undefined
}
