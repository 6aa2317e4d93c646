/** Business figures and the like, of endpoints that answer JSON. */
import { ProviderError } from '../../errors.ts'
import type { HttpRequest } from '../../io/http.ts'
import { isMap } from '../../json.ts'
import { inError } from '../http/error-forms.ts'
import { baseUrl, headersOf, jsonOf, succeeded, timeoutMs } from '../http/web.ts'
import { type MetricProvider, type MetricSource, type Samples, send } from '../provider.ts'

export const webhook: MetricProvider = {
  *query({ query, window: _, ...source }) {
    const answer = succeeded(yield* send(requestOf(source, query.trim())), inError)
    return samplesOf(jsonOf(answer), source)
  },

  // Nobody knows a request to such an endpoint that changes nothing: only the template is looked at.
  // biome-ignore lint/correctness/useYield: there is nothing to ask
  *probe(source) {
    requestOf(source, '')
  },
}

function requestOf(source: MetricSource, query: string): HttpRequest {
  const { address, method = 'GET', insecureSkipVerify } = source
  const common = {
    method,
    timeoutMs,
    ...(insecureSkipVerify && { insecureSkipVerify }),
  }
  const headers = headersOf('webhook', source)
  if (method === 'GET') return { ...common, url: urlOf(address, query), headers }
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
  const type = hasType ? {} : { 'Content-Type': 'application/json' }
  return { ...common, url: urlOf(address, ''), headers: { ...type, ...headers }, body: query }
}

/** The query follows the address; it can't lead, with the credentials, to another server. */
function urlOf(address: string, query: string): string {
  const base = baseUrl('webhook', address)
  const url = URL.parse(address + query)
  if (url?.origin !== base.origin)
    throw new ProviderError(
      `the query leads away from ${base.origin}; begin it with / or ?, as in ?service=podinfo`,
    )
  url.username = ''
  url.password = ''
  url.hash = ''
  return url.href
}

function samplesOf(body: unknown, { counts, valuePath }: MetricSource): Samples {
  if (counts) {
    const bad = numberAt(body, counts.bad)
    const all = numberAt(body, counts.all)
    if (bad === undefined || all === undefined || all === 0) return { value: undefined }
    if (bad < 0 || bad > all)
      throw new ProviderError(
        `${counts.bad} is ${bad}, which is no share of ${all} at ${counts.all}`,
      )
    return { value: (100 * bad) / all, counts: { bad, all } }
  }
  return { value: numberAt(body, valuePath ?? (isMap(body) ? 'value' : '')) }
}

/** The number at `data.items[0].rate`; undefined where nothing is there, or null. */
function numberAt(body: unknown, path: string): number | undefined {
  let found = body
  for (const step of path.split(/[.[\]]+/).filter((one) => one !== '')) {
    if (Array.isArray(found)) found = (found as unknown[])[Number(step)]
    else found = isMap(found) && Object.hasOwn(found, step) ? found[step] : undefined
  }
  if (found === undefined || found === null) return undefined
  const value = typeof found === 'string' && found.trim() !== '' ? Number(found) : found
  if (typeof value === 'number' && !Number.isNaN(value)) return value
  throw new ProviderError(`${path || 'the answer'} is ${sortOf(found)}, not a number`)
}

/** What it says is not for whoever chose the path. */
function sortOf(found: unknown): string {
  if (typeof found !== 'object') return typeof found === 'string' ? 'a text' : `a ${typeof found}`
  return Array.isArray(found) ? 'a list' : 'an object'
}
