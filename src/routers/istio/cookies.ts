/** Session affinity: the cookies that keep users on the version they first met. */
import type { SessionAffinity, StringMatch } from '../../canary/api.gen.ts'
import { literal } from '../regex.ts'

/** The condition that a request carries this cookie, given as `name=value`. */
export function cookieMatch(cookie: string): { headers: Record<string, StringMatch> } {
  const [name, value] = partsOf(cookie)
  return { headers: { Cookie: { regex: `.*${literal(name)}.*${literal(value)}.*` } } }
}

/** Response headers that set a cookie for this many seconds. */
export function setCookie(cookie: string, maxAge: number, affinity: SessionAffinity) {
  const { domain, httpOnly, partitioned, path, sameSite, secure } = affinity
  const attributes = [
    cookie,
    `Max-Age=${maxAge}`,
    domain && `Domain=${domain}`,
    httpOnly && 'HttpOnly',
    partitioned && 'Partitioned',
    path && `Path=${path}`,
    sameSite && `SameSite=${sameSite}`,
    secure && 'Secure',
  ]
  return { response: { add: { 'Set-Cookie': attributes.filter(Boolean).join('; ') } } }
}

/** True when the cookie in the status is one of this name: a renamed one needs a new value. */
export function isNamed(cookie: string | undefined, name: string): cookie is string {
  return name !== '' && cookie !== undefined && cookie.startsWith(`${name}=`)
}

/** Values are letters only, so that the last `=` ends the name. */
function partsOf(cookie: string): [name: string, value: string] {
  const end = cookie.lastIndexOf('=')
  return [cookie.slice(0, end), cookie.slice(end + 1)]
}
