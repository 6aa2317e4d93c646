/** HTTP rules of the VirtualService. */
import type {
  CanaryService,
  CorsPolicy,
  Retries,
  Rewrite,
  ServiceHeaders,
  ServiceMatch,
} from '../../canary/api.gen.ts'
import type { Canary, EffectiveAnalysis } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import { isNamed } from '../matching/cookies.ts'
import { isSelective } from '../matching/selective.ts'
import type { Routes } from '../router.ts'
import { cookieMatch, setCookie } from './cookies.ts'
import { destinationOf, type WeightedDestination, weighted } from './destinations.ts'
import { bothMatch, inTermsOfIstio } from './match.ts'

export interface HttpRule {
  match?: ServiceMatch[]
  rewrite?: Rewrite
  timeout?: string
  retries?: Retries
  corsPolicy?: CorsPolicy
  headers?: ServiceHeaders
  mirror?: WeightedDestination['destination']
  mirrorPercentage?: { value: number }
  route: WeightedDestination[]
}

/**
 * The rules, first match wins. Throws InvalidSpecError for weights with a match that is
 * empty. The rule that splits the traffic is the last one that names the canary: `routes` relies
 * on it.
 */
export function httpRules(canary: Canary, routes: Routes): HttpRule[] {
  const { sessionAffinity } = canary.analysis
  const match = routes.everybody ? [] : canary.analysis.match
  if (isSelective(match)) return testRules(canary, routes)
  const split = splitRule(canary, routes)
  if (match.length > 0) return forEverybody(canary, routes, split)
  if (!sessionAffinity) return [split]
  return routes.canary === 0
    ? [...forgetRules(canary, sessionAffinity), split]
    : stickyRules(canary, sessionAffinity, routes)
}

/**
 * The analysis runs an A/B test whose match singles nothing out as blue/green. A weight is another
 * matter: it was meant for some users only.
 */
function forEverybody({ label, strategy }: Canary, routes: Routes, split: HttpRule): HttpRule[] {
  if (strategy === 'ab-testing' || routes.canary === 0) return [split]
  throw new InvalidSpecError(
    `canary ${label}: spec.analysis.match has an entry without a condition, which every request ` +
      'meets; give it headers, queryParams or sourceLabels, or remove it',
  )
}

/**
 * A/B testing: matching requests are split, all others reach the primary. With session affinity
 * those who were on the canary once stay there, also with requests that no longer match.
 */
function testRules(canary: Canary, routes: Routes): HttpRule[] {
  const { match = [] } = canary.spec.service ?? {}
  const [primary] = weighted(canary, routes)
  const test = { ...splitRule(canary, routes), match: bothMatch(canary.analysis.match, match) }
  return [
    ...withCanaryCookie(canary, routes, test),
    // A lone destination gets everything, whatever its weight; Flagger repeats the primary's here.
    { ...commonFields(canary.spec.service), route: [primary] },
  ]
}

/** The test kept up by the cookie of the canary; who is on the primary, the match alone decides. */
function withCanaryCookie(canary: Canary, routes: Routes, test: HttpRule): HttpRule[] {
  const { sessionAffinity } = canary.analysis
  if (!sessionAffinity) return [test]
  if (routes.canary === 0) return [...forgetRules(canary, sessionAffinity), test]
  const { sessionAffinityCookie: cookie } = canary.status
  if (!cookie) return [test]
  const [primary, canaryBackend] = weighted(canary, routes)
  const headers = setCookie(cookie, sessionAffinity.maxAge, sessionAffinity)
  return [
    ruleFor(canary, cookie, { primary: 0, canary: 100 }),
    { ...test, route: [primary, { ...canaryBackend, headers }] },
  ]
}

/**
 * Users with a cookie stay where they are; all others are split, and get one. The analysis chooses
 * the cookies and stores them in the status; without one, nobody is kept on that side.
 */
function stickyRules(canary: Canary, affinity: Affinity, routes: Routes): HttpRule[] {
  const { sessionAffinityCookie: canaryCookie, primarySessionAffinityCookie: primaryCookie } =
    canary.status
  const split = splitRule(canary, routes)
  const [primary, canaryBackend] = weighted(canary, routes)
  const rules: HttpRule[] = []
  if (canaryCookie) {
    rules.push(ruleFor(canary, canaryCookie, { primary: 0, canary: 100 }))
    canaryBackend.headers = setCookie(canaryCookie, affinity.maxAge, affinity)
  }
  if (isNamed(primaryCookie, affinity.primaryCookieName ?? '')) {
    rules.push(ruleFor(canary, primaryCookie, { primary: 100, canary: 0 }))
    const seconds = Math.floor(canary.analysis.intervalMs / 1000)
    primary.headers = setCookie(primaryCookie, seconds, affinity)
  }
  return [...rules, { ...split, route: [primary, canaryBackend] }]
}

/** Takes the cookie of the last run away from users who still have it. */
function forgetRules(canary: Canary, affinity: Affinity): HttpRule[] {
  const { previousSessionAffinityCookie: cookie } = canary.status
  if (!cookie) return []
  const rule = ruleFor(canary, cookie, { primary: 100, canary: 0 })
  const { headers } = rule
  const { response } = setCookie(cookie, -1, affinity)
  const add = { ...headers?.response?.add, ...response.add }
  return [{ ...rule, headers: { ...headers, response: { ...headers?.response, add } } }]
}

/** The rule for requests that carry a cookie. */
function ruleFor(
  canary: Canary,
  cookie: string,
  weights: Pick<Routes, 'primary' | 'canary'>,
): HttpRule {
  const { service } = canary.spec
  return {
    ...commonFields(service),
    match: bothMatch([cookieMatch(cookie)], service?.match),
    route: weighted(canary, weights),
  }
}

function splitRule(canary: Canary, routes: Routes): HttpRule {
  return {
    ...commonFields(canary.spec.service),
    ...mirrorFields(canary, routes),
    route: weighted(canary, routes),
  }
}

function mirrorFields(canary: Canary, { mirrored, mirrorWeight }: Routes): Partial<HttpRule> {
  if (!mirrored) return {}
  const percent = mirrorWeight ?? canary.analysis.mirrorWeight
  const mirror = destinationOf(canary, canary.names.canary)
  return { mirror, ...(percent > 0 ? { mirrorPercentage: { value: percent } } : {}) }
}

/** What each rule takes from the Canary; empty lists and maps are left out. */
function commonFields(service: Partial<CanaryService> = {}): Omit<HttpRule, 'route'> {
  const { match = [], rewrite = {}, timeout, retries, corsPolicy, headers = {} } = service
  const { uri, authority } = rewrite
  return {
    ...(match.length > 0 ? { match: match.map(inTermsOfIstio) } : {}),
    ...(uri || authority
      ? { rewrite: { ...(uri ? { uri } : {}), ...(authority ? { authority } : {}) } }
      : {}),
    ...(timeout ? { timeout } : {}),
    ...(retries ? { retries: { attempts: 0, ...retries } } : {}),
    ...(corsPolicy ? { corsPolicy } : {}),
    ...(headers.request || headers.response ? { headers } : {}),
  }
}

type Affinity = NonNullable<EffectiveAnalysis['sessionAffinity']>
