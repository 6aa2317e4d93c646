/** Instant queries over the Prometheus HTTP API. */
import { messageOf, ProviderError } from '../../errors.ts'
import type { HttpAnswer, HttpRequest } from '../../io/http.ts'
import { sendSigned } from '../clouds/aws.ts'
import { sendWithToken } from '../clouds/google.ts'
import { baseUrl, below, checkedHeaders, headersOf, timeoutMs, tlsOf } from '../http/web.ts'
import { type Conversation, type MetricProvider, type MetricSource, send } from '../provider.ts'
import { onOneLine, promQuery } from './promql.ts'
import { sampleOf } from './samples.ts'

export const prometheus: MetricProvider = {
  *query({ query, ...source }) {
    return { value: sampleOf(yield* ask(queryRequest(source, query), source)) }
  },

  *probe(source) {
    const request = queryRequest(source, 'vector(1)')
    let value: number | undefined
    try {
      value = sampleOf(yield* ask(request, source))
    } catch (cause) {
      throw new ProviderError(`running query failed: ${messageOf(cause)}`, { cause })
    }
    if (value === undefined) throw new ProviderError('running query failed: no values found')
    if (value !== 1) throw new ProviderError('value is not 1 for query: vector(1)')
  },
}

/** The service of AWS that signatures are for: Managed Service for Prometheus. */
const service = 'aps'

/** Sends the request with the credentials that the source wants. */
export function* ask(request: HttpRequest, source: MetricSource): Conversation<HttpAnswer> {
  switch (source.auth) {
    case 'sigv4':
      return yield* sendSigned(request, { service, source })
    case 'google':
      return yield* sendWithToken(() => request, source)
    default:
      return yield* send(request)
  }
}

/**
 * Of now, as the server sees it; or of a second, exactly. Throws ProviderError for a query without a
 * word, which no server answers.
 */
export function queryRequest(source: MetricSource, query: string, at?: Date): HttpRequest {
  if (onOneLine(query).trim() === '') throw new ProviderError('the query is empty')
  return getRequest(source, promQuery(query, at && momentOf(at, source)))
}

/**
 * VictoriaMetrics takes for a time of the last 30 s another one, unless it is told not to cache; the
 * windows of two looks would overlap, or leave gaps. Others know no such parameter, and Google
 * refuses what it does not know.
 */
function momentOf(at: Date, { auth }: MetricSource): Record<string, string> {
  return { time: String(Math.floor(at.getTime() / 1_000)), ...(!auth && { nocache: '1' }) }
}

/** A request of this path, below the address of the server. */
export function getRequest(source: MetricSource, path: string): HttpRequest {
  const { address, headers, secret, auth, insecureSkipVerify } = source
  return {
    url: below(baseUrl('prometheus', address), path),
    // The keys of a cloud are no login.
    headers: auth ? checkedHeaders('prometheus', headers) : headersOf('prometheus', source),
    timeoutMs,
    ...tlsOf('prometheus', secret),
    ...(insecureSkipVerify && { insecureSkipVerify }),
  }
}
