/** Instant queries over the Prometheus HTTP API. */
import { ProviderError } from '../errors.ts'
import type { HttpAnswer, HttpRequest } from '../io/http.ts'
import { shownAddress } from '../shown-address.ts'
import { isMap } from '../template/values.ts'
import type { MetricProvider, MetricSource } from './provider.ts'
import { statusLine } from './status-line.ts'

const timeoutMs = 5000
const longestBody = 512

export const prometheus: MetricProvider = {
  request: (source, query) => queryRequest(source, query),

  value(answer) {
    if (answer.status >= 400)
      throw new ProviderError(
        `error response: Status ${statusLine(answer.status)}: ${bodyOf(answer)}`,
      )
    let last: string | undefined
    for (const sample of samplesOf(answer)) {
      if ('values' in sample) throw new ProviderError('query returned multiple values')
      if (!Array.isArray(sample.value))
        throw new ProviderError('query returned a sample without a value')
      const text: unknown = sample.value[1]
      last = typeof text === 'string' ? text : undefined
    }
    return last === undefined ? undefined : numberOf(last)
  },

  probe: (source) => queryRequest(source, 'vector(1)'),

  probed(answer) {
    let value: number | undefined
    try {
      value = prometheus.value(answer)
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new ProviderError(`running query failed: ${why}`, { cause })
    }
    if (value === undefined) throw new ProviderError('running query failed: no values found')
    if (value !== 1) throw new ProviderError('value is not 1 for query: vector(1)')
  },
}

function queryRequest(source: MetricSource, query: string): HttpRequest {
  const base = baseUrl(source.address)
  const path = `${base.pathname.replace(/\/+$/, '')}/api/v1/query`
  const authorization = authorizationOf(source, loginOf(base))
  return {
    url: `${base.protocol}//${base.host}${path}?query=${formEncoded(query.replace(/[\t\n\f\r ]+/g, ' '))}`,
    headers: { ...source.headers, ...(authorization && { Authorization: authorization }) },
    timeoutMs,
    ...(source.insecureSkipVerify && { insecureSkipVerify: true }),
  }
}

function baseUrl(address: string): URL {
  const url = URL.parse(address)
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) return url
  throw new ProviderError(`prometheus address ${shownAddress(address)} is not a valid URL`)
}

interface Login {
  username: string
  password: string
}

function loginOf({ username, password, host }: URL): Login {
  try {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) }
  } catch {
    // The cause would quote the password.
    throw new ProviderError(`prometheus address of ${host}: write % in the login as %25`)
  }
}

/** A token wins over a login; without either, the login in the address is used. */
function authorizationOf({ secret }: MetricSource, ofAddress: Login): string | undefined {
  if (secret.token !== undefined) return `Bearer ${secret.token.trim()}`
  if (Object.keys(secret).length === 0) return ofAddress.username ? basic(ofAddress) : undefined
  const { username, password } = secret
  if (username === undefined)
    throw new ProviderError('prometheus credentials does not contain a username')
  if (password === undefined)
    throw new ProviderError('prometheus credentials does not contain a password')
  const login = { username: username.trim(), password: password.trim() }
  return login.username && login.password ? basic(login) : undefined
}

function basic({ username, password }: Login): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

function samplesOf(answer: HttpAnswer): Record<string, unknown>[] {
  let read: unknown
  try {
    read = JSON.parse(answer.body)
  } catch (cause) {
    throw unreadable(answer, cause instanceof Error ? cause.message : String(cause))
  }
  const data = isMap(read) ? read.data : undefined
  const result = isMap(data) ? (data.result ?? []) : undefined
  if (!Array.isArray(result)) throw unreadable(answer, 'data.result is not a list')
  const samples: unknown[] = result
  if (!samples.every(isMap)) throw unreadable(answer, 'data.result holds values, not samples')
  return samples
}

function unreadable(answer: HttpAnswer, why: string): ProviderError {
  return new ProviderError(`error unmarshaling result: ${why}, '${bodyOf(answer)}'`)
}

function bodyOf({ body }: HttpAnswer): string {
  return body.length > longestBody ? `${body.slice(0, longestBody)}…` : body
}

/** NaN is what a division by zero gives: no requests, no value. */
function numberOf(text: string): number | undefined {
  const infinite = /^([+-]?)inf(inity)?$/i.exec(text)
  if (infinite) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  if (/^[+-]?nan$/i.test(text)) return undefined
  const value = text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isNaN(value)) return value
  throw new ProviderError(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`)
}

/** As Go's url.QueryEscape. */
function formEncoded(text: string): string {
  return encodeURIComponent(text)
    .replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}
