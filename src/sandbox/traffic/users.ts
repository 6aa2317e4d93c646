/** People behind a load: each sends what belongs to them, and keeps the cookies they were given. */
import type { UserRequest } from './plane.ts'

export interface User {
  /** A GET of `/` with their headers and the cookies that they hold. */
  request(): UserRequest
  /** Takes the values of `Set-Cookie`; one that is over goes. */
  receive(setCookies: readonly string[]): void
}

/** A user whose every request has these headers. */
export function createUser(headers: Readonly<Record<string, string>>): User {
  const { cookie: own, ...others } = headers
  const jar = new Map<string, string>()
  return {
    request() {
      const kept = [...jar].map(([name, value]) => `${name}=${value}`)
      const cookie = [...(own === undefined ? [] : [own]), ...kept].join('; ')
      return { method: 'GET', path: '/', headers: { ...others, ...(cookie !== '' && { cookie }) } }
    },
    receive(setCookies) {
      for (const text of setCookies) keep(jar, text)
    },
  }
}

function keep(jar: Map<string, string>, setCookie: string): void {
  const [pair = '', ...attributes] = setCookie.split(';').map((part) => part.trim())
  const at = pair.indexOf('=')
  const name = pair.slice(0, at)
  const isOver = attributes.some((attribute) => /^max-age=(0|-\d+)$/i.test(attribute))
  if (isOver) jar.delete(name)
  else jar.set(name, pair.slice(at + 1))
}
