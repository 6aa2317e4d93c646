/** One number for a whole window: docs.datadoghq.com/api/latest/metrics, version 2, scalar data. */
import { messageOf, ProviderError } from '../../errors.ts'
import type { HttpAnswer } from '../../io/http.ts'
import { isMap } from '../../json.ts'
import { errorIn, ofDatadog } from '../http/error-forms.ts'
import { jsonOf, listIn, unreadable } from '../http/web.ts'
import type { QueryWindow } from '../provider.ts'

interface Asked {
  queries: unknown[]
  formula: string
}

/**
 * The body of the request. A query that is an object has `queries`, in Datadog's own form, and a
 * `formula` over their names; any other text is one query of metrics.
 */
export function scalarBody(text: string, { now, intervalMs }: QueryWindow): string {
  const { queries, formula } = text.trim().startsWith('{') ? ownForm(text) : oneQuery(text.trim())
  const to = now.getTime()
  const attributes = { from: to - intervalMs, to, queries, formulas: [{ formula }] }
  return JSON.stringify({ data: { type: 'scalar_request', attributes } })
}

const common = { data_source: 'metrics', aggregator: 'avg' }

const oneQuery = (query: string): Asked => ({
  queries: [{ ...common, name: 'a', query }],
  formula: 'a',
})

function ownForm(text: string): Asked {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch (cause) {
    throw new ProviderError(`the query is not JSON: ${messageOf(cause)}`, { cause })
  }
  const { queries, formula } = isMap(read) ? read : {}
  if (!Array.isArray(queries) || !queries.every(isMap) || typeof formula !== 'string')
    throw new ProviderError('the query has no list `queries`, or no text `formula`; add it')
  return { queries: queries.map((query) => ({ ...common, ...query })), formula }
}

/** The number of the one column of numbers. */
export function scalarOf(answer: HttpAnswer): number | undefined {
  const read = jsonOf(answer)
  if (isMap(read) && read.errors)
    throw new ProviderError(`error response: ${errorIn(answer.body, ofDatadog) ?? 'no reason'}`)
  const data = isMap(read) ? read.data : undefined
  const attributes = isMap(data) ? data.attributes : undefined
  const columns = listIn(attributes, 'columns', answer)
  const [column, ...more] = columns.filter((one) => isMap(one) && one.type !== 'group')
  const values = column === undefined ? [] : listIn(column, 'values', answer)
  if (values.length > 1 || more.length > 0)
    throw new ProviderError('query returned several values; leave out `by`, and give one formula')
  const [value] = values
  if (value === undefined || value === null) return undefined
  if (typeof value === 'number') return value
  throw unreadable(answer, 'a value is not a number')
}
