/** Session affinity in the terms of Istio. */
import type { SessionAffinity, StringMatch } from '../../canary/api.gen.ts'
import { cookiePattern, cookieToSet } from '../matching/cookies.ts'

/** The condition that a request carries this cookie, given as `name=value`. */
export function cookieMatch(cookie: string): { headers: Record<string, StringMatch> } {
  return { headers: { Cookie: { regex: cookiePattern(cookie) } } }
}

/** Response headers that set a cookie for this many seconds. */
export function setCookie(cookie: string, maxAge: number, affinity: SessionAffinity) {
  return { response: { add: { 'Set-Cookie': cookieToSet(cookie, maxAge, affinity) } } }
}
