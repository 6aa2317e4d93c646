/** Rules of the HTTPRoute. Of all that a request meets, the most specific match decides. */
import type { Canary, EffectiveAnalysis } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import { cookiePattern, cookieToSet, isNamed } from '../matching/cookies.ts'
import type { Fields } from '../reading.ts'
import type { Routes } from '../router.ts'
import { wholeNumbers } from '../weighted/weights.ts'
import {
  copiesTo,
  type Filter,
  replacesPrefix,
  serviceFilters,
  settingCookie,
  timeoutsOf,
} from './filters.ts'
import { bothMatch, type RouteMatch, serviceMatches, testMatches } from './match.ts'

export interface HttpRule extends Fields {
  matches: RouteMatch[]
  filters?: Filter[]
  backendRefs: BackendRef[]
}

export interface BackendRef {
  group: string
  kind: string
  name: string
  port: number
  weight: number
  filters?: Filter[]
}

/** What all rules for one set of requests have in common. */
export interface Base {
  matches: RouteMatch[]
  filters: Filter[]
  /** Other fields of the rules. */
  fields: Fields
  port: number
  /** Filters of the backends. */
  backendFilters: Filter[]
}

/** As the Canary says. Throws InvalidSpecError for conditions that can't be expressed. */
export function baseOf(canary: Canary): Base {
  return {
    matches: serviceMatches(canary),
    filters: serviceFilters(canary),
    fields: timeoutsOf(canary),
    port: canary.spec.service?.port ?? 0,
    backendFilters: [],
  }
}

/**
 * The rules for the requests of `base`. The one that splits the traffic is the last that names the
 * canary: `routes` relies on it. Throws InvalidSpecError for weights with a match that can't be
 * expressed, and for a rewrite that the API would refuse.
 */
export function httpRules(canary: Canary, base: Base, routes: Routes): HttpRule[] {
  const test = testOf(canary, routes)
  const split: HttpRule = {
    ...ruleOf(base, routes.mirrored ? mirrored(canary, base, routes) : base.filters),
    matches: test.length > 0 ? bothMatch(test, base.matches) : base.matches,
    backendRefs: weighted(canary, base, routes),
  }
  const [primary] = weighted(canary, base, { primary: 100, canary: 0 })
  const others: HttpRule = { ...ruleOf(base, base.filters), backendRefs: [primary] }
  const all = [
    ...withCookies({ canary, base, test }, routes, split),
    ...(test.length > 0 ? [others] : []),
  ]
  return all.flatMap((rule) => rulesOfOnePrefix(canary, rule))
}

/**
 * The conditions of the test; none where everybody is meant. The analysis runs an A/B test that
 * can't be expressed as blue/green. A weight is another matter: it was meant for some users only.
 */
function testOf({ analysis, strategy, label, provider }: Canary, routes: Routes): RouteMatch[] {
  if (routes.everybody) return []
  const test = testMatches(analysis.match)
  if (test) return test
  if (strategy === 'ab-testing' || routes.canary === 0) return []
  throw new InvalidSpecError(
    `canary ${label}: spec.analysis.match can't be expressed with provider ${provider}; give each ` +
      'entry headers or queryParams with a condition, and no sourceLabels, or remove it',
  )
}

/** Primary, then canary; a weight of zero is written as well. */
function weighted(
  { names }: Canary,
  { port, backendFilters }: Base,
  routes: Pick<Routes, 'primary' | 'canary'>,
): [primary: BackendRef, canary: BackendRef] {
  const { primary, canary } = wholeNumbers(routes)
  const filters = backendFilters.length > 0 ? { filters: backendFilters } : {}
  const to = (name: string, weight: number) => {
    return { group: '', kind: 'Service', name, port, weight, ...filters }
  }
  return [to(names.primary, primary), to(names.canary, canary)]
}

function ruleOf({ matches, fields }: Base, filters: Filter[]) {
  return { ...fields, matches, ...(filters.length > 0 && { filters }) }
}

function mirrored({ names, analysis }: Canary, { filters, port }: Base, routes: Routes): Filter[] {
  const percent = routes.mirrorWeight ?? analysis.mirrorWeight
  const service = { group: '', kind: 'Service', name: names.canary, port }
  return [...filters, copiesTo(service, percent)]
}

interface Sticky {
  canary: Canary
  base: Base
  test: RouteMatch[]
}

/**
 * Users with a cookie stay where they are; all others get one. The analysis chooses the cookies
 * and stores them in the status; without one, nobody is kept on that side. Beside a test the match
 * alone decides who is on the primary.
 */
function withCookies(sticky: Sticky, routes: Routes, split: HttpRule): HttpRule[] {
  const { canary, base, test } = sticky
  const { sessionAffinity } = canary.analysis
  if (!sessionAffinity) return [split]
  if (routes.canary === 0) return [...forgetRules(sticky, sessionAffinity), split]
  const { sessionAffinityCookie: canaryCookie, primarySessionAffinityCookie: primaryCookie } =
    canary.status
  const rules: HttpRule[] = []
  let [primary, canaryBackend] = weighted(canary, base, routes)
  if (canaryCookie) {
    rules.push(canaryCookieRule(sticky, canaryCookie, routes))
    canaryBackend = giving(canaryBackend, canaryCookie, sessionAffinity.maxAge, sessionAffinity)
  }
  const { primaryCookieName = '' } = sessionAffinity
  if (test.length === 0 && isNamed(primaryCookie, primaryCookieName)) {
    rules.push(cookieRule(sticky, primaryCookie, { primary: 100, canary: 0 }))
    const seconds = Math.floor(canary.analysis.intervalMs / 1000)
    primary = giving(primary, primaryCookie, seconds, sessionAffinity)
  }
  return [...rules, { ...split, backendRefs: [primary, canaryBackend] }]
}

/** Takes the cookie of the last run away from users who still have it. */
function forgetRules(sticky: Sticky, affinity: Affinity): HttpRule[] {
  const { previousSessionAffinityCookie: cookie } = sticky.canary.status
  if (!cookie) return []
  const rule = cookieRule(sticky, cookie, { primary: 100, canary: 0 })
  return [
    { ...rule, filters: settingCookie(rule.filters ?? [], cookieToSet(cookie, -1, affinity)) },
  ]
}

function giving(to: BackendRef, cookie: string, seconds: number, affinity: Affinity): BackendRef {
  const filters = settingCookie(to.filters ?? [], cookieToSet(cookie, seconds, affinity))
  return { ...to, filters }
}

/**
 * Those who meet the test besides are named as well: where it is split, its own match would be the
 * more specific one.
 */
function canaryCookieRule(sticky: Sticky, cookie: string, routes: Routes): HttpRule {
  const carried = carrying(cookie)
  const both = routes.canary < 100 ? sticky.test.flatMap((one) => besides(carried, one)) : []
  const rule = cookieRule(sticky, cookie, { primary: 0, canary: 100 })
  return { ...rule, matches: bothMatch([carried, ...both], sticky.base.matches) }
}

/** The rule for requests that carry a cookie. */
function cookieRule(
  { canary, base }: Sticky,
  cookie: string,
  weights: Pick<Routes, 'primary' | 'canary'>,
): HttpRule {
  return {
    ...ruleOf(base, base.filters),
    matches: bothMatch([carrying(cookie)], base.matches),
    backendRefs: weighted(canary, base, weights),
  }
}

function carrying(cookie: string): RouteMatch {
  const value = cookiePattern(cookie)
  return { headers: [{ type: 'RegularExpression', name: 'Cookie', value }] }
}

/** Both conditions; of a test by cookie, which can't stand beside another one, what is left. */
function besides(
  carried: RouteMatch,
  { headers = [], queryParams = [] }: RouteMatch,
): RouteMatch[] {
  const others = headers.filter(({ name }) => name.toLowerCase() !== 'cookie')
  if (others.length + queryParams.length === 0) return []
  return [{ queryParams, headers: [...(carried.headers ?? []), ...others] }]
}

/** The API takes a rewrite of the prefix in rules with one path prefix only: a rule for each. */
function rulesOfOnePrefix({ label }: Canary, rule: HttpRule): HttpRule[] {
  if (!replacesPrefix(rule.filters)) return [rule]
  if (rule.matches.some(({ path }) => path?.type !== 'PathPrefix'))
    throw new InvalidSpecError(
      `canary ${label}: spec.service.rewrite.type ReplacePrefixMatch needs uri.prefix in every ` +
        'entry of spec.service.match; give it, or remove the type',
    )
  return rule.matches.map((match) => ({ ...rule, matches: [match] }))
}

type Affinity = NonNullable<EffectiveAnalysis['sessionAffinity']>
