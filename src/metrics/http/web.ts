/** What the providers have in common that ask a server over HTTP. */
import { ProviderError } from '../../errors.ts'
import type { ClientTls, HttpAnswer } from '../../io/http.ts'
import { isMap } from '../../json.ts'
import { shownAddress } from '../../shown-address.ts'
import type { MetricSource } from '../provider.ts'
import { type ErrorForm, errorIn } from './error-forms.ts'
import { statusLine } from './status-line.ts'

/** Milliseconds for an answer. */
export const timeoutMs = 5000

/** The address of a server of this type. Throws ProviderError where it is none. */
export function baseUrl(type: string, address: string): URL {
  const url = URL.parse(address)
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url
  throw new ProviderError(`${type} address ${shownAddress(address)} is not a valid URL`)
}

/** A path below the one of the address, whose login, query and fragment are left out. */
export function below(base: URL, path: string): string {
  return `${base.protocol}//${base.host}${`${base.pathname}/${path}`.replace(/\/{2,}/g, '/')}`
}

/** Parameters of a URL, in the order given. */
export function parameters(of: Readonly<Record<string, string | number>>): string {
  return Object.entries(of)
    .map(([name, value]) => `${formEncoded(name)}=${formEncoded(`${value}`)}`)
    .join('&')
}

/** As Go's url.QueryEscape. */
export function formEncoded(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}

/**
 * Certificates of the Secret, under the names that Secrets of type kubernetes.io/tls give them.
 * Throws ProviderError where one half of a pair is missing.
 */
export function tlsOf(type: string, secret: Readonly<Record<string, string>>): { tls?: ClientTls } {
  const { 'ca.crt': ca, 'tls.crt': cert, 'tls.key': key } = secret
  if (cert && !key) throw new ProviderError(`${type} credentials does not contain tls.key`)
  if (key && !cert) throw new ProviderError(`${type} credentials does not contain tls.crt`)
  if (!ca && !cert) return {}
  return { tls: { ...(ca && { ca }), ...(cert && key && { cert, key }) } }
}

interface Login {
  username: string
  password: string
}

function loginOf(type: string, { username, password, host }: URL): Login {
  try {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) }
  } catch {
    // The cause would quote the password.
    throw new ProviderError(`${type} address of ${host}: write % in the login as %25`)
  }
}

/**
 * Headers of the template, and the login. Credentials of the Secret go before a header of the
 * template, that before the address. Throws ProviderError where one half of a login is missing.
 */
export function headersOf(
  type: string,
  { address, headers: written, secret }: MetricSource,
): Record<string, string | string[]> {
  const headers = checkedHeaders(type, written)
  const ofAddress = loginOf(type, baseUrl(type, address))
  const ofSecret = authorizationOf(type, secret)
  const others = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization')
  if (ofSecret !== undefined) return { ...Object.fromEntries(others), Authorization: ofSecret }
  const hasLogin = ofAddress.username !== '' || ofAddress.password !== ''
  const isNamed = others.length < Object.keys(headers).length
  return hasLogin && !isNamed ? { ...headers, Authorization: basic(ofAddress) } : headers
}

/** The headers again. Throws ProviderError for one that no request can have. */
export function checkedHeaders(
  type: string,
  headers: MetricSource['headers'],
): MetricSource['headers'] {
  for (const [name, values] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
      throw new ProviderError(`${type} headers: ${JSON.stringify(name)} is no name; correct it`)
    if (values.some((value) => /[^\t\x20-\x7e\x80-\xff]/.test(value)))
      throw new ProviderError(
        `${type} headers: ${name} has a line break, or a letter that no header can have; correct it`,
      )
  }
  return headers
}

/** A token wins over a login. */
function authorizationOf(
  type: string,
  secret: Readonly<Record<string, string>>,
): string | undefined {
  // An empty one is none, as in Flagger.
  const token = secret.token?.trim()
  if (token !== undefined) return token ? `Bearer ${token}` : undefined
  if (Object.keys(secret).every((key) => /^(ca|tls)\./.test(key))) return undefined
  const { username, password } = secret
  if (username === undefined)
    throw new ProviderError(`${type} credentials does not contain a username`)
  if (password === undefined)
    throw new ProviderError(`${type} credentials does not contain a password`)
  const login = { username: username.trim(), password: password.trim() }
  return login.username && login.password ? basic(login) : undefined
}

function basic({ username, password }: Login): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

/** The body as JSON, which may be anything. Throws ProviderError where it is not JSON. */
export function jsonOf(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.body)
  } catch {
    // The cause would quote the body.
    throw unreadable(answer, answer.body.trim() === '' ? 'it is empty' : 'it is not JSON')
  }
}

/**
 * A list in an answer; where it is absent or null, it is empty. Throws ProviderError for what is no
 * list, or in no object.
 */
export function listIn(of: unknown, member: string, answer: HttpAnswer): unknown[] {
  const list = isMap(of) ? (of[member] ?? []) : undefined
  if (Array.isArray(list)) return list
  throw unreadable(answer, `${member} is not a list`)
}

/**
 * For an answer that is not in the shape that the service documents. Nothing of it is shown: it may
 * be of another server, whose answers are not for who wrote the address.
 */
export function unreadable({ status }: HttpAnswer, why: string): ProviderError {
  const of = status === 200 ? '' : ` (status ${statusLine(status)})`
  return new ProviderError(`error unmarshaling result: ${why}${of}`)
}

/** The answer again. Throws ProviderError with what the server says where it is no success. */
export function succeeded(answer: HttpAnswer, form: ErrorForm): HttpAnswer {
  if (answer.status >= 200 && answer.status < 300) return answer
  const said = errorIn(answer.body, form)
  const status = statusLine(answer.status)
  throw new ProviderError(`error response: ${said === undefined ? status : `${said}: ${status}`}`)
}
