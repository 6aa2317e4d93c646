/** Matchers of Gloo's routes: of several one is enough, and of one all conditions count. */
import type { AnalysisMatch, StringMatch } from '../../canary/api.gen.ts'
import { literal } from '../matching/regex.ts'
import { type Fields, list } from '../reading.ts'

/**
 * A matcher for each entry of the test. Undefined when one can't be expressed, or is met by every
 * request: it would let in more requests than it names.
 */
export function testMatchers(match: readonly AnalysisMatch[]): Fields[] | undefined {
  const all = match.map(({ headers = {}, queryParams = {}, sourceLabels = {} }) => {
    const ofHeaders = conditions(headers)
    const ofParams = conditions(queryParams)
    const isWhole = ofHeaders && ofParams && Object.keys(sourceLabels).length === 0
    if (!isWhole || ofHeaders.length + ofParams.length === 0) return undefined
    return {
      ...(ofHeaders.length > 0 && { headers: ofHeaders }),
      ...(ofParams.length > 0 && { queryParameters: ofParams }),
    }
  })
  return all.every((one) => one !== undefined) ? all : undefined
}

/** In the order of their names; undefined when one says nothing. */
function conditions(of: Readonly<Record<string, StringMatch>>): Fields[] | undefined {
  const all = Object.entries(of)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, text]) => condition(name, text))
  return all.every((one) => one !== undefined) ? all : undefined
}

/** A condition without a value asks only that there is one. */
function condition(name: string, { exact, regex, prefix, suffix }: StringMatch) {
  if (exact) return { name, value: exact }
  if (regex) return { name, value: regex, regex: true }
  if (prefix) return { name, value: `${literal(prefix)}.*`, regex: true }
  if (suffix) return { name, value: `.*${literal(suffix)}`, regex: true }
  return undefined
}

/** The matchers of a route, each with the conditions of each entry of a test. */
export function bothMatchers(route: unknown, test: readonly Fields[]): Fields[] {
  const own = list(route)
  return (own.length > 0 ? own : [{}]).flatMap((matcher) =>
    test.map((one) => {
      const headers = [...list(matcher.headers), ...list(one.headers)]
      const queryParameters = [...list(matcher.queryParameters), ...list(one.queryParameters)]
      return {
        ...matcher,
        ...(headers.length > 0 && { headers }),
        ...(queryParameters.length > 0 && { queryParameters }),
      }
    }),
  )
}

/** Whether a route takes every request that comes to it. */
export function takesAll(matchers: unknown): boolean {
  const all = list(matchers)
  if (all.length === 0) return true
  return all.some(({ prefix, ...others }) => {
    const conditions = Object.values(others).filter((of) => !Array.isArray(of) || of.length > 0)
    return (prefix === '/' || prefix === undefined) && conditions.length === 0
  })
}
