/** The adapter of the `Http` port: requests to metric servers, webhooks and chat services. */
import { Agent, type Dispatcher, ProxyAgent, Socks5ProxyAgent } from 'undici'
import { ProviderError } from '../errors.ts'
import { causeOf } from './causes.ts'
import { type Clock, systemClock } from './clock.ts'
import { createDeadline, type Deadline } from './deadline.ts'
import type { Http, HttpAnswer, HttpRequest } from './http.ts'
import { trustedCertificates } from './trust.ts'

export interface HttpOptions {
  clock?: Clock
  userAgent?: string
  /** The proxy of requests that name none, such as `proxyFromEnvironment` knows it. */
  proxyFor?: (url: URL) => string | undefined
  /** A longer answer is an error; 4 MiB unless told otherwise. */
  maxAnswerBytes?: number
}

export interface HttpClient extends Http {
  /** Drops every connection; requests under way fail. */
  close(): Promise<void>
}

interface Step {
  method: Dispatcher.HttpMethod
  url: URL
  headers: Record<string, string | string[]>
  body: string | undefined
}

type Reply = Dispatcher.ResponseData

const mostRedirects = 10

/**
 * A client that keeps connections between requests. Redirects are followed as Go does. Messages
 * name the scheme and the host only: paths and queries of chat services are secrets.
 */
export function createHttp(options: HttpOptions = {}): HttpClient {
  const {
    clock = systemClock,
    userAgent = 'kubectl-canary',
    maxAnswerBytes = 4 * 2 ** 20,
  } = options
  const dispatchers = new Map<string, Dispatcher>()

  function dispatcherFor(url: URL, request: HttpRequest): Dispatcher {
    const { insecureSkipVerify = false } = request
    const proxy = request.proxy ?? (insecureSkipVerify ? undefined : options.proxyFor?.(url))
    const tls = url.protocol === 'https:' ? tlsOptions(insecureSkipVerify) : {}
    const key = `${url.protocol} ${insecureSkipVerify} ${proxy ?? ''}`
    const dispatcher = dispatchers.get(key) ?? createDispatcher(proxy, tls)
    dispatchers.set(key, dispatcher)
    return dispatcher
  }

  async function follow(
    first: Step,
    request: HttpRequest,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    let step = first
    for (let redirects = 0; ; redirects += 1) {
      const reply = await dispatcherFor(step.url, request).request({
        origin: step.url.origin,
        path: `${step.url.pathname}${step.url.search}`,
        method: step.method,
        headers: { 'user-agent': userAgent, ...step.headers },
        signal,
        ...(step.body === undefined ? {} : { body: step.body }),
      })
      const next = redirected(step, reply)
      if (!next) return readAnswer(reply, maxAnswerBytes)
      await reply.body.dump()
      if (redirects === mostRedirects)
        throw new ProviderError(`stopped after ${mostRedirects} redirects`)
      step = next
    }
  }

  async function http(request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer> {
    const first = firstStep(request)
    const deadline = createDeadline(clock, request.timeoutMs, signal)
    try {
      return await follow(first, request, deadline.signal)
    } catch (error) {
      const why = reasonOf(error, deadline)
      throw new ProviderError(`${first.method} ${first.url.origin}: ${why}`, { cause: error })
    } finally {
      deadline.end()
    }
  }

  return Object.assign(http, {
    async close() {
      await Promise.all([...dispatchers.values()].map((dispatcher) => dispatcher.destroy()))
      dispatchers.clear()
    },
  })
}

/** Why there was no answer, as the end of a sentence. */
function reasonOf(error: unknown, deadline: Deadline): string {
  if (deadline.expired()) return `no answer within ${deadline.limitMs() / 1000} s`
  if (deadline.signal.aborted) return 'given up'
  return error instanceof ProviderError ? error.message : causeOf(error).text
}

function firstStep({ method = 'GET', url: text, headers = {}, body }: HttpRequest): Step {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol))
    throw new ProviderError('the address is not an http or https URL')
  const { username, password } = url
  const hasLogin = username !== '' || password !== ''
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  const named = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization')
  url.username = ''
  url.password = ''
  const basic = `Basic ${Buffer.from(login).toString('base64')}`
  return {
    method,
    url,
    headers: hasLogin && !named ? { ...headers, authorization: basic } : headers,
    body,
  }
}

/** The request that a redirect asks for; undefined when the reply is the answer. */
function redirected({ method, url, headers, body }: Step, reply: Reply): Step | undefined {
  if (![301, 302, 303, 307, 308].includes(reply.statusCode)) return undefined
  const { location } = reply.headers
  const target = URL.parse(String(location ?? ''), url)
  if (location === undefined || !target || !/^https?:$/.test(target.protocol)) return undefined
  const dropsBody = reply.statusCode < 307 && method !== 'HEAD'
  return {
    method: dropsBody ? 'GET' : method,
    url: target,
    headers: keptHeaders(headers, { dropsBody, staysHome: target.host === url.host }),
    body: dropsBody ? undefined : body,
  }
}

/** Credentials are for the host that they were given for. */
function keptHeaders(
  headers: Step['headers'],
  { dropsBody, staysHome }: { dropsBody: boolean; staysHome: boolean },
): Step['headers'] {
  const isDropped = (name: string) =>
    (dropsBody && name.startsWith('content-')) ||
    (!staysHome && /^(authorization|cookie|proxy-authorization|.*api-?key.*|.*token.*)$/.test(name))
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !isDropped(name.toLowerCase())),
  )
}

async function readAnswer(reply: Reply, maxBytes: number): Promise<HttpAnswer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of reply.body) {
    size += chunk.length
    if (size > maxBytes) throw new ProviderError(`the answer is longer than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(reply.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  return { status: reply.statusCode, headers, body: Buffer.concat(chunks).toString('utf8') }
}

type Tls = { rejectUnauthorized: false } | { ca: string[] } | Record<never, never>

function tlsOptions(insecure: boolean): Tls {
  return insecure ? { rejectUnauthorized: false } : { ca: trustedCertificates() }
}

function createDispatcher(proxy: string | undefined, tls: Tls): Dispatcher {
  // The deadline of each request covers these.
  const options = { headersTimeout: 0, bodyTimeout: 0, allowH2: false, keepAliveTimeout: 10_000 }
  if (proxy === undefined) return new Agent({ ...options, connect: tls })
  const url = URL.parse(proxy)
  if (url?.protocol === 'socks5:' || url?.protocol === 'socks:')
    return new Socks5ProxyAgent(url, { ...options, requestTls: tls })
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new ProviderError('the proxy is not an http, https or socks5 URL')
  const proxyTls = url.protocol === 'https:' ? { proxyTls: tlsOptions(false) } : {}
  return new ProxyAgent({ ...options, uri: proxy, requestTls: tls, ...proxyTls })
}
