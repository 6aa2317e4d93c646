/** Conditions of the load balancer's rules: all of a rule count, and a text may have wildcards. */
import type { AnalysisMatch, StringMatch } from '../../canary/api.gen.ts'
import type { Fields } from '../reading.ts'

/** A rule has five values; its host and its path are two of them. */
const mostConditions = 3
const longestName = 40
const longestValue = 128

/**
 * The conditions of each entry of a test. Undefined when one can't be expressed, or is met by every
 * request: it would let in more requests than it names.
 */
export function testConditions(match: readonly AnalysisMatch[]): Fields[][] | undefined {
  const all = match.map(({ headers = {}, queryParams = {}, sourceLabels = {} }) => {
    if (Object.keys(sourceLabels).length > 0) return undefined
    const conditions = [
      ...byName(headers).map(([name, of]) => headerCondition(name, of)),
      ...byName(queryParams).map(([name, of]) => queryCondition(name, of)),
    ]
    const isWhole = conditions.length > 0 && conditions.length <= mostConditions
    return isWhole && conditions.every((one) => one !== undefined) ? conditions : undefined
  })
  return all.every((one) => one !== undefined) ? all : undefined
}

function headerCondition(name: string, of: StringMatch): Fields | undefined {
  const value = patternOf(of)
  if (value === undefined || name.length > longestName) return undefined
  return { field: 'http-header', httpHeaderConfig: { httpHeaderName: name, values: [value] } }
}

function queryCondition(key: string, of: StringMatch): Fields | undefined {
  const value = patternOf(of)
  if (value === undefined || key.length > longestValue) return undefined
  return { field: 'query-string', queryStringConfig: { values: [{ key, value }] } }
}

/** Texts with wildcards of their own, and expressions, have no counterpart. */
function patternOf({ exact, prefix, suffix, regex }: StringMatch): string | undefined {
  const text = exact || prefix || suffix
  if (!text || regex || /[*?]/.test(text)) return undefined
  const pattern = exact ? exact : prefix ? `${prefix}*` : `*${suffix}`
  return pattern.length > longestValue ? undefined : pattern
}

function byName<V>(map: Readonly<Record<string, V>>): [string, V][] {
  return Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1))
}
