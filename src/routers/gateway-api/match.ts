/** Conditions of HTTPRoutes. */
import type { AnalysisMatch, ServiceMatch, StringMatch } from '../../canary/api.gen.ts'
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import { literal } from '../matching/regex.ts'

interface TextMatch {
  type: 'Exact' | 'RegularExpression'
  value: string
}

interface NamedMatch extends TextMatch {
  name: string
}

/** What one request has to meet; every condition counts. */
export interface RouteMatch {
  path?: { type: string; value: string }
  method?: string
  headers?: NamedMatch[]
  queryParams?: NamedMatch[]
}

/** What the API server would write into a match without a path, so that nothing differs later. */
const anyPath = { type: 'PathPrefix', value: '/' }

/**
 * Conditions of the test, one for each entry. Undefined when one of them can't be expressed, or
 * is met by every request: it would let in more requests than it names.
 */
export function testMatches(match: readonly AnalysisMatch[]): RouteMatch[] | undefined {
  const all = match.map(testMatch)
  return all.every((one) => one !== undefined) ? all : undefined
}

function testMatch({ headers, queryParams, sourceLabels = {} }: AnalysisMatch) {
  if (Object.keys(sourceLabels).length > 0) return undefined
  const both = [namedMatches(headers), namedMatches(queryParams)]
  const [ofHeaders, ofQuery] = both.map(({ matches }) => matches)
  const isWhole = both.every(({ unknown }) => unknown === undefined)
  if (!isWhole || !ofHeaders || !ofQuery || ofHeaders.length + ofQuery.length === 0)
    return undefined
  return matchOf({ headers: ofHeaders, queryParams: ofQuery })
}

/**
 * Conditions of `spec.service.match`; every path where there are none. Throws InvalidSpecError for
 * one that HTTPRoutes can't express.
 */
export function serviceMatches(canary: Canary): RouteMatch[] {
  const { match = [] } = canary.spec.service ?? {}
  const all = match.map((one, at) => serviceMatch(canary, one, at))
  const some = all.filter((one) => Object.keys(one).length > 0)
  return (some.length > 0 ? some : [{}]).map(withPath)
}

/** What of `spec.service.match` has no counterpart, and so is met by more requests than written. */
export function ignoredConditions(match: readonly ServiceMatch[] = []): string[] {
  const known = ['name', 'uri', 'method', 'headers', 'queryParams']
  return match.flatMap((one, at) =>
    Object.keys(one)
      .filter((field) => !known.includes(field))
      .map((field) => `spec.service.match[${at}].${field}`),
  )
}

function serviceMatch(
  canary: Canary,
  { uri, method, headers, queryParams }: ServiceMatch,
  at: number,
): RouteMatch {
  const where = `spec.service.match[${at}]`
  const path = uri && pathMatch(uri)
  if (uri && !path) throw invalid(canary, `${where}.uri`, 'exact, prefix or regex')
  if (method && !method.exact) throw invalid(canary, `${where}.method`, 'exact')
  const ofHeaders = namedMatches(headers)
  const ofQuery = namedMatches(queryParams)
  const named = 'exact, regex, prefix or suffix'
  if (ofHeaders.unknown !== undefined)
    throw invalid(canary, `${where}.headers.${ofHeaders.unknown}`, named)
  if (ofQuery.unknown !== undefined)
    throw invalid(canary, `${where}.queryParams.${ofQuery.unknown}`, named)
  return matchOf({
    ...(path && { path }),
    ...(method?.exact && { method: method.exact }),
    headers: ofHeaders.matches,
    queryParams: ofQuery.matches,
  })
}

function invalid({ label }: Canary, field: string, remedy: string): InvalidSpecError {
  return new InvalidSpecError(
    `Invalid request matching selectors: canary ${label}: ${field} can't be expressed in an ` +
      `HTTPRoute; give it ${remedy}`,
  )
}

/**
 * Every combination of a condition of the test with one of the service, in that order: requests
 * that meet both. Flagger drops the headers of the service where the test has headers; besides
 * letting in more requests, such a match has fewer of them than the rule for all others, which
 * then takes the request: the most specific match wins.
 */
export function bothMatch(test: readonly RouteMatch[], service: readonly RouteMatch[]) {
  return test.flatMap((wanted) => service.map((given) => withPath(bothOf(wanted, given))))
}

function bothOf(wanted: RouteMatch, given: RouteMatch): RouteMatch {
  return matchOf({
    ...wanted,
    ...given,
    headers: merged(wanted.headers, given.headers, (name) => name.toLowerCase()),
    queryParams: merged(wanted.queryParams, given.queryParams, (name) => name),
  })
}

/** Of two conditions of one name only the first would count. */
function merged(first: NamedMatch[] = [], then: NamedMatch[] = [], key: (name: string) => string) {
  const taken = first.map(({ name }) => key(name))
  return [...first, ...then.filter(({ name }) => !taken.includes(key(name)))]
}

function withPath(match: RouteMatch): RouteMatch {
  return { path: anyPath, ...match }
}

function matchOf({ headers = [], queryParams = [], ...rest }: RouteMatch): RouteMatch {
  return {
    ...rest,
    ...(headers.length > 0 && { headers }),
    ...(queryParams.length > 0 && { queryParams }),
  }
}

function pathMatch({ regex, exact, prefix }: StringMatch): RouteMatch['path'] {
  if (regex) return { type: 'RegularExpression', value: regex }
  if (exact) return { type: 'Exact', value: exact }
  return prefix ? { type: 'PathPrefix', value: prefix } : undefined
}

/** In the order of their names; `unknown` is the first name whose condition can't be expressed. */
function namedMatches(conditions: Record<string, StringMatch> = {}): {
  matches: NamedMatch[]
  unknown?: string
} {
  const matches: NamedMatch[] = []
  for (const [name, text] of byName(conditions)) {
    const match = textMatch(text)
    if (!match) return { matches: [], unknown: name }
    matches.push({ name, ...match })
  }
  return { matches }
}

/** Some gateways take a part of the text for a match of an expression, so that both ends are set. */
function textMatch({ exact, regex, prefix, suffix }: StringMatch): TextMatch | undefined {
  if (exact) return { type: 'Exact', value: exact }
  const value =
    regex ||
    (prefix && `^${literal(prefix)}.*$`) ||
    (suffix && `^.*${literal(suffix)}$`) ||
    undefined
  return value ? { type: 'RegularExpression', value } : undefined
}

/** The entries of a map in an order that is always the same. */
export function byName<V>(map: Readonly<Record<string, V>> = {}): [string, V][] {
  return Object.entries(map).sort(([one], [other]) => (one < other ? -1 : 1))
}
