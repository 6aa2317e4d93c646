/** Session affinity: the cookies that keep users on the version they first met. */
import type { SessionAffinity } from '../../canary/api.gen.ts'
import { literal } from './regex.ts'

/** The regular expression of a `Cookie` header that has this cookie, given as `name=value`. */
export function cookiePattern(cookie: string): string {
  // Values are letters only, so that the last `=` ends the name.
  const end = cookie.lastIndexOf('=')
  const [name, value] = [cookie.slice(0, end), cookie.slice(end + 1)]
  return `.*${literal(name)}.*${literal(value)}.*`
}

/** The value of `Set-Cookie` that sets a cookie for this many seconds. */
export function cookieToSet(cookie: string, maxAge: number, affinity: SessionAffinity): string {
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
  return attributes.filter(Boolean).join('; ')
}

/** True when the cookie in the status is one of this name: a renamed one needs a new value. */
export function isNamed(cookie: string | undefined, name: string): cookie is string {
  return name !== '' && cookie !== undefined && cookie.startsWith(`${name}=`)
}
