/** One request of a row of redirects, and the one that comes after it. Pure. */
import type { Dispatcher } from 'undici'
import { ProviderError } from '../../errors.ts'
import type { HttpRequest } from '../http.ts'

export interface Step {
  method: Dispatcher.HttpMethod
  url: URL
  headers: Record<string, string | string[]>
  body: string | undefined
  /** It leads to another host than the request did. */
  isElsewhere: boolean
}

/** Throws ProviderError for what is no address. */
export function firstStep({ method = 'GET', url: text, headers = {}, body }: HttpRequest): Step {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol))
    throw new ProviderError('the address is not an http or https URL', { isFinal: true })
  const login = loginOf(url)
  const named = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization')
  url.username = ''
  url.password = ''
  const sent = login && !named ? { ...headers, authorization: login } : headers
  return { method, url, headers: sent, body, isElsewhere: false }
}

/** Some headers may come once only, and a list of one is one. The request may name another agent. */
export function onTheWire(headers: Step['headers'], userAgent: string): Step['headers'] {
  const sent = Object.entries(headers).map(([name, value]) => {
    const [only, ...more] = [value].flat()
    return [name, only !== undefined && more.length === 0 ? only : value]
  })
  const isNamed = sent.some(([name]) => String(name).toLowerCase() === 'user-agent')
  return { ...(!isNamed && { 'user-agent': userAgent }), ...Object.fromEntries(sent) }
}

function loginOf({ username, password, host }: URL): string | undefined {
  if (username === '' && password === '') return undefined
  try {
    const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
    return `Basic ${Buffer.from(login).toString('base64')}`
  } catch {
    // The cause would quote the password.
    throw new ProviderError(`write % in the login of the address of ${host} as %25`, {
      isFinal: true,
    })
  }
}

/** The request that a redirect asks for; undefined when the reply is the answer. */
export function redirected(
  { method, url, headers, body, isElsewhere }: Step,
  reply: Dispatcher.ResponseData,
): Step | undefined {
  if (![301, 302, 303, 307, 308].includes(reply.statusCode)) return undefined
  const { location } = reply.headers
  const target = URL.parse(String(location ?? ''), url)
  if (location === undefined || !target || !/^https?:$/.test(target.protocol)) return undefined
  const dropsBody = reply.statusCode < 307 && method !== 'HEAD'
  const isHome = staysHome(url, target)
  return {
    method: dropsBody ? 'GET' : method,
    url: target,
    headers: keptHeaders(headers, { dropsBody, isHome }),
    body: dropsBody ? undefined : body,
    isElsewhere: isElsewhere || !isHome,
  }
}

/** Credentials for a host must not leave it, nor go out in plain text where they were encrypted. */
function staysHome(from: URL, to: URL): boolean {
  return from.host === to.host && (from.protocol === 'http:' || to.protocol === 'https:')
}

/** Away from home only what describes the body is kept: any other header may be a credential. */
function keptHeaders(
  headers: Step['headers'],
  { dropsBody, isHome }: { dropsBody: boolean; isHome: boolean },
): Step['headers'] {
  const isKept = (name: string) => (name.startsWith('content-') ? !dropsBody : isHome)
  return Object.fromEntries(Object.entries(headers).filter(([name]) => isKept(name.toLowerCase())))
}
