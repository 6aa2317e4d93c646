/** Conditions of App Mesh's routes: all of one route count, and of several routes one is enough. */
import type { AnalysisMatch, StringMatch } from '../../canary/api.gen.ts'
import type { Fields } from '../reading.ts'

/**
 * The headers of each entry of a test, a route for each. Undefined when one can't be expressed, or
 * is met by every request: it would let in more requests than it names.
 */
export function testHeaders(match: readonly AnalysisMatch[]): Fields[][] | undefined {
  const all = match.map(({ headers = {}, queryParams = {}, sourceLabels = {} }) => {
    const others = Object.keys({ ...queryParams, ...sourceLabels })
    const conditions = Object.entries(headers)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, text]) => condition(name, text))
    const isWhole = conditions.length > 0 && others.length === 0
    return isWhole && conditions.every((one) => one !== undefined) ? conditions : undefined
  })
  return all.every((one) => one !== undefined) ? all : undefined
}

/** One that says nothing is met by every value. */
function condition(name: string, { exact, prefix, suffix, regex }: StringMatch) {
  if (exact) return { name, match: { exact } }
  if (prefix) return { name, match: { prefix } }
  if (suffix) return { name, match: { suffix } }
  return regex ? { name, match: { regex } } : undefined
}
