/** Queries that are sent with the credentials of another namespace than the Canary's. */
import type { MetricTemplateSpec } from '../../canary/api.gen.ts'
import { ProviderError } from '../../errors.ts'
import type { Budget } from '../../template/budget.ts'
import { isPlain, marked, staysInQuotes, unmarked } from '../../template/quotes.ts'
import { type QueryModel, renderQuery } from './template.ts'

interface Wanted {
  model: QueryModel
  /** A query that the Canary itself brings, in place of the template's. */
  query?: string
  /** What the queries of the look may cost to render. */
  budget?: Budget
}

/**
 * The query as it is sent. Throws ProviderError for a bad template, for values that could leave the
 * quotes which it has around them, and for a query of the Canary where credentials come with it.
 */
export function foreignQuery(spec: MetricTemplateSpec, { model, query, budget }: Wanted): string {
  if (query !== undefined && hasCredentials(spec))
    throw new ProviderError(
      'requestsQuery of the Canary is not sent with the credentials of another namespace; ' +
        `use a template of namespace ${model.namespace}`,
    )
  return quoted(query ?? spec.query, model, budget)
}

/** Whether more comes with it than anybody could bring who knows the address. */
export function hasCredentials({ provider: { secretRef, headers } }: MetricTemplateSpec): boolean {
  return secretRef !== undefined || headers !== undefined
}

function quoted(query: string, model: QueryModel, budget: Budget | undefined): string {
  const rendered = renderQuery(query, model, budget)
  const suspects = suspectsIn(model)
  if (suspects.length === 0) return rendered
  const looked = renderQuery(query, withMarks(model), budget)
  if (unmarked(looked) === unmarked(rendered) && staysInQuotes(looked)) return rendered
  throw new ProviderError(
    `${suspects.join(' or ')} could leave the quotes that the query has around it; ` +
      'use values without quotes, line ends, and \\ or ~ at their end',
  )
}

/** Names of values that hold what may end a text. */
function suspectsIn({ variables, ...names }: QueryModel): string[] {
  const named = [
    ...Object.entries(names),
    ...Object.entries(variables).map(([name, value]) => [`templateVariables.${name}`, value]),
  ]
  return named.flatMap(([name = '', value = '']) => (isPlain(value) ? [] : [name]))
}

/** Marks the values that are suspect: any other reads like the query's own text. */
function withMarks({ variables, ...names }: QueryModel): QueryModel {
  const all = <T extends Record<string, string>>(of: T) => ({
    ...of,
    ...Object.fromEntries(
      Object.entries(of).flatMap(([name, value]) =>
        isPlain(value) ? [] : [[name, marked(value)] as const],
      ),
    ),
  })
  return { ...all(names), variables: all(variables) }
}
