/** The render API of Graphite: graphite.readthedocs.io/en/stable/render_api.html. */
import { ProviderError } from '../../errors.ts'
import type { HttpAnswer, HttpRequest } from '../../io/http.ts'
import { noForm } from '../http/error-forms.ts'
import {
  baseUrl,
  below,
  formEncoded,
  headersOf,
  jsonOf,
  listIn,
  succeeded,
  timeoutMs,
  unreadable,
} from '../http/web.ts'
import { type MetricProvider, type MetricSource, send } from '../provider.ts'

export const graphite: MetricProvider = {
  *query({ query, ...source }) {
    return { value: latestOf(succeeded(yield* send(requestOf(source, query)), noForm)) }
  },

  *probe(source) {
    latestOf(succeeded(yield* send(requestOf(source, 'target=test')), noForm))
  },
}

function requestOf(source: MetricSource, query: string): HttpRequest {
  const { address, insecureSkipVerify } = source
  const url = below(baseUrl('graphite', address), 'render')
  return {
    url: `${url}?${asSent(query)}`,
    headers: headersOf('graphite', source),
    timeoutMs,
    ...(insecureSkipVerify && { insecureSkipVerify }),
  }
}

/**
 * The parameters by name, each encoded anew, and the answer as JSON. Of a query that people write,
 * nothing is dropped: `;`, `#` and a `%` that encodes nothing stand for themselves.
 */
function asSent(query: string): string {
  const given = query
    .trim()
    .replace(/\s+/g, ' ')
    .split('&')
    .filter((part) => part !== '')
    .map((part): [string, string] => {
      const [name = '', ...value] = part.split('=')
      return [decoded(name).trim(), decoded(value.join('=')).trim()]
    })
    .filter(([name]) => name !== 'format')
  if (!given.some(([name, value]) => name === 'target' && value !== ''))
    throw new ProviderError('the query has no target; write it as target=…&from=-2min')
  return [['format', 'json'] as const, ...given]
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${formEncoded(name)}=${formEncoded(value)}`)
    .join('&')
}

function decoded(text: string): string {
  const plain = text.replaceAll('+', ' ')
  return plain.replace(/(?:%[\da-f]{2})+/gi, (bytes) =>
    Buffer.from(bytes.replaceAll('%', ''), 'hex').toString('utf8'),
  )
}

/** The last value that is no null, over all series and points in order. */
function latestOf(answer: HttpAnswer): number | undefined {
  const all = jsonOf(answer)
  if (!Array.isArray(all)) throw unreadable(answer, 'it is not a list')
  let latest: number | undefined
  for (const series of all as unknown[]) {
    for (const point of listIn(series, 'datapoints', answer))
      latest = numberIn(point, answer) ?? latest
  }
  return latest
}

function numberIn(point: unknown, answer: HttpAnswer): number | undefined {
  if (!Array.isArray(point) || point.length !== 2)
    throw unreadable(answer, 'a point is not a pair of value and time')
  const [value]: unknown[] = point
  if (value === null) return undefined
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && !Number.isNaN(number)) return number
  throw unreadable(answer, 'a value is not a number')
}
