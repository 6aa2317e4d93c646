/** Conditions of HTTPProxy routes. All conditions of a route count. */
import type { AnalysisMatch, ServiceMatch, StringMatch } from '../../canary/api.gen.ts'
import { literal } from '../matching/regex.ts'
import type { Fields } from '../reading.ts'

/** A condition on the path, on a header, or on both at once. */
export type Condition = Fields

/**
 * Conditions of the test, a list for each entry. Undefined when one of them can't be expressed, or
 * is met by every request: it would let in more requests than it names.
 */
export function testConditions(match: readonly AnalysisMatch[]): Condition[][] | undefined {
  const all = match.map(({ headers = {}, queryParams = {}, sourceLabels = {} }) => {
    const others = Object.keys({ ...queryParams, ...sourceLabels })
    const conditions = Object.entries(headers)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, text]) => headerConditions(name, text))
    const isWhole = conditions.length > 0 && others.length === 0
    return isWhole && conditions.every((one) => one !== undefined) ? conditions.flat() : undefined
  })
  return all.every((one) => one !== undefined) ? all : undefined
}

/**
 * Older definitions of Contour know no `regex` and drop it; what stands beside it is then
 * what holds, so that a test never lets in everybody.
 */
function headerConditions(name: string, of: StringMatch): Condition[] | undefined {
  const { exact, regex, prefix, suffix } = of
  const header = (condition: Fields): Condition => ({ header: { name, ...condition } })
  if (exact) return [header({ exact })]
  if (regex) return [header({ present: true }), header({ regex })]
  if (prefix) return [header({ contains: prefix }), header({ regex: `${literal(prefix)}.*` })]
  if (suffix) return [header({ contains: suffix }), header({ regex: `.*${literal(suffix)}` })]
  return undefined
}

/** The paths of the service, one for each entry of `spec.service.match`; every path without. */
export function serviceConditions(match: readonly ServiceMatch[] = []): Condition[] {
  const all = match.map(({ uri }): Condition => {
    if (uri?.exact) return { exact: uri.exact }
    return uri?.regex ? { regex: uri.regex } : { prefix: uri?.prefix || '/' }
  })
  const texts = all.map((one) => JSON.stringify(one))
  const some = all.filter((_, at) => texts.indexOf(texts[at] ?? '') === at)
  return some.length > 0 ? some : [{ prefix: '/' }]
}

/**
 * The conditions of a route with those of a test. A route takes one condition on the path; as in
 * Flagger it stands together with the first header. Contour takes an exact path for a prefix
 * unless it stands last.
 */
export function bothConditions(route: readonly Condition[], test: readonly Condition[]) {
  const [first = {}, ...others] = test
  const at = route.findIndex((condition) => condition.header === undefined)
  if (at < 0) return [...route, ...test]
  const path = route[at]
  const both = { ...path, ...first }
  const rest = [...route.filter((condition) => condition !== path), ...others]
  return path?.exact === undefined ? [both, ...rest] : [...rest, both]
}
