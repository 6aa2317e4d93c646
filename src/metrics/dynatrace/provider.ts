/** Data points of Dynatrace: docs.dynatrace.com, Metrics API v2. */
import { ProviderError } from '../../errors.ts'
import type { HttpAnswer, HttpRequest } from '../../io/http.ts'
import { inError } from '../http/error-forms.ts'
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
import { type MetricProvider, type MetricSource, send } from '../provider.ts'

export const dynatrace: MetricProvider = {
  *query({ query, window, ...source }) {
    const to = Math.floor(window.now.getTime() / 1000) * 1000
    const from = to - 10 * window.intervalMs
    const asked = { from, metricSelector: query, resolution: 'Inf', to }
    const request = requestTo(source, `query?${parameters(asked)}`)
    return { value: numberIn(succeeded(yield* send(request), inError)) }
  },

  *probe(source) {
    succeeded(yield* send(requestTo(source, '?pageSize=1')), inError)
  },
}

function requestTo(
  { address, secret, insecureSkipVerify }: MetricSource,
  path: string,
): HttpRequest {
  if (address === '') throw new ProviderError('dynatrace endpoint is not set')
  const { dynatrace_token: token } = secret
  if (!token) throw new ProviderError('dynatrace credentials does not contain dynatrace_token')
  const api = below(baseUrl('dynatrace', address), 'api/v2/metrics')
  return {
    url: path.startsWith('?') ? api + path : `${api}/${path}`,
    headers: { Authorization: `Api-Token ${token}` },
    timeoutMs,
    ...(insecureSkipVerify && { insecureSkipVerify }),
  }
}

/** The one value of the one set of dimensions: of several, nobody knows which is meant. */
function numberIn(answer: HttpAnswer): number | undefined {
  const [result] = listIn(jsonOf(answer), 'result', answer)
  if (result === undefined) return undefined
  const sets = listIn(result, 'data', answer)
  if (sets.length > 1)
    throw new ProviderError(
      `query returned ${sets.length} sets of dimensions; join them with :splitBy() and an aggregation`,
    )
  const [set] = sets
  if (set === undefined) return undefined
  const [value] = listIn(set, 'values', answer)
  if (value === null || value === undefined) return undefined
  if (typeof value === 'number') return value
  throw unreadable(answer, 'a value is not a number')
}
