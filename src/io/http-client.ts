/** The adapter of the `Http` port: requests to metric servers, webhooks and chat services. */
import { createHash } from 'node:crypto'
import { Agent, type Dispatcher, errors, ProxyAgent, Socks5ProxyAgent } from 'undici'
import { ProviderError } from '../errors.ts'
import { causeOf } from './causes.ts'
import { type Clock, systemClock } from './clock.ts'
import { createDeadline, type Deadline } from './deadline.ts'
import type { ClientTls, Http, HttpAnswer, HttpRequest } from './http.ts'
import { secureContext } from './trust.ts'

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
const mostSpecial = 32

/**
 * A client that keeps connections between GETs, and sends one again whose connection the server
 * dropped; anything else has a connection of its own. Redirects are followed as Go does. Messages
 * name the scheme and the host only: paths and queries of chat services are secrets.
 */
export function createHttp(options: HttpOptions = {}): HttpClient {
  const {
    clock = systemClock,
    userAgent = 'kubectl-canary',
    maxAnswerBytes = 4 * 2 ** 20,
  } = options
  const dispatchers = new Map<string, Dispatcher>()
  /** Keys of those with certificates of their own, of which there may be any number. */
  const special: string[] = []

  function dispatcherFor({ url, method }: Step, request: HttpRequest): Dispatcher {
    const { insecureSkipVerify = false, tls: own } = request
    const isRepeatable = method === 'GET'
    const proxy = request.proxy ?? (request.direct ? undefined : options.proxyFor?.(url))
    const key = `${url.protocol} ${insecureSkipVerify} ${isRepeatable} ${proxy ?? ''} ${own ? printOf(own) : ''}`
    const known = dispatchers.get(key)
    if (known) return known
    const tls = url.protocol === 'https:' ? tlsOptions(insecureSkipVerify, own) : {}
    const dispatcher = createDispatcher(proxy, tls, isRepeatable ? kept : usedOnce)
    dispatchers.set(key, dispatcher)
    if (own) makeRoom(key)
    return dispatcher
  }

  function makeRoom(key: string): void {
    const gone = special.push(key) > mostSpecial ? special.shift() : undefined
    if (gone === undefined) return
    // What is under way ends first.
    dispatchers
      .get(gone)
      ?.close()
      .catch(() => undefined)
    dispatchers.delete(gone)
  }

  function send(step: Step, request: HttpRequest, signal: AbortSignal): Promise<Reply> {
    const attempt = () =>
      dispatcherFor(step, request).request({
        origin: step.url.origin,
        path: `${step.url.pathname}${step.url.search}`,
        method: step.method,
        headers: onTheWire(step.headers, userAgent),
        signal,
        ...(step.body === undefined ? {} : { body: step.body }),
      })
    return attempt().catch((error: unknown) => {
      const isLost = step.method === 'GET' && !signal.aborted && isDropped(error)
      return isLost ? attempt() : Promise.reject(error)
    })
  }

  async function follow(
    first: Step,
    request: HttpRequest,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    let step = first
    for (let redirects = 0; ; redirects += 1) {
      const reply = await send(step, request, signal)
      const next = redirected(step, reply)
      if (!next) return readAnswer(reply, { mostBytes: request.mostBytes, maxAnswerBytes })
      await reply.body.dump()
      if (redirects === mostRedirects)
        throw new ProviderError(`stopped after ${mostRedirects} redirects`, { isFinal: true })
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
      const isFinal = !deadline.signal.aborted && isLasting(error)
      throw new ProviderError(`${first.method} ${first.url.origin}: ${why}`, {
        cause: error,
        isFinal,
      })
    } finally {
      deadline.end()
    }
  }

  return Object.assign(http, {
    async close() {
      await Promise.all([...dispatchers.values()].map((dispatcher) => dispatcher.destroy()))
      dispatchers.clear()
      special.length = 0
    },
  })
}

/** Why there was no answer, as the end of a sentence. */
function reasonOf(error: unknown, deadline: Deadline): string {
  if (deadline.expired()) return `no answer within ${deadline.limitMs() / 1000} s`
  if (deadline.signal.aborted) return 'given up'
  return error instanceof ProviderError ? error.message : causeOf(error).text
}

/** What no further try changes: the request itself, or whom we trust. */
function isLasting(error: unknown): boolean {
  if (error instanceof ProviderError) return error.isFinal
  if (error instanceof errors.InvalidArgumentError || error instanceof errors.NotSupportedError)
    return true
  return causeOf(error).reason === 'Certificate'
}

function firstStep({ method = 'GET', url: text, headers = {}, body }: HttpRequest): Step {
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol))
    throw new ProviderError('the address is not an http or https URL', { isFinal: true })
  const login = loginOf(url)
  const named = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization')
  url.username = ''
  url.password = ''
  return {
    method,
    url,
    headers: login && !named ? { ...headers, authorization: login } : headers,
    body,
  }
}

/** Some headers may come once only, and a list of one is one. The request may name another agent. */
function onTheWire(headers: Step['headers'], userAgent: string): Step['headers'] {
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
function redirected({ method, url, headers, body }: Step, reply: Reply): Step | undefined {
  if (![301, 302, 303, 307, 308].includes(reply.statusCode)) return undefined
  const { location } = reply.headers
  const target = URL.parse(String(location ?? ''), url)
  if (location === undefined || !target || !/^https?:$/.test(target.protocol)) return undefined
  const dropsBody = reply.statusCode < 307 && method !== 'HEAD'
  return {
    method: dropsBody ? 'GET' : method,
    url: target,
    headers: keptHeaders(headers, { dropsBody, staysHome: staysHome(url, target) }),
    body: dropsBody ? undefined : body,
  }
}

/** Credentials for a host must not leave it, nor go out in plain text where they were encrypted. */
function staysHome(from: URL, to: URL): boolean {
  return from.host === to.host && (from.protocol === 'http:' || to.protocol === 'https:')
}

/** Away from home only what describes the body is kept: any other header may be a credential. */
function keptHeaders(
  headers: Step['headers'],
  { dropsBody, staysHome }: { dropsBody: boolean; staysHome: boolean },
): Step['headers'] {
  const isKept = (name: string) => (name.startsWith('content-') ? !dropsBody : staysHome)
  return Object.fromEntries(Object.entries(headers).filter(([name]) => isKept(name.toLowerCase())))
}

async function readAnswer(
  reply: Reply,
  { mostBytes, maxAnswerBytes }: { mostBytes: number | undefined; maxAnswerBytes: number },
): Promise<HttpAnswer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of reply.body) {
    size += chunk.length
    chunks.push(chunk)
    if (mostBytes !== undefined && size >= mostBytes) break
    if (size > maxAnswerBytes)
      throw new ProviderError(`the answer is longer than ${maxAnswerBytes} bytes`)
  }
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(reply.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  const body = Buffer.concat(chunks).subarray(0, mostBytes).toString('utf8')
  return { status: reply.statusCode, headers, body }
}

function tlsOptions(insecure: boolean, { ca, cert, key }: ClientTls = {}) {
  const context = () =>
    secureContext({
      insecure,
      certificateAuthority: ca,
      clientCertificate: cert,
      clientKey: key,
    })
  try {
    return { rejectUnauthorized: !insecure, secureContext: context() }
  } catch (cause) {
    // The cause may quote what was to be read.
    if (!ca && !cert && !key) throw cause
    throw new ProviderError("the certificates or the key can't be read; give them as PEM", {
      isFinal: true,
    })
  }
}

/** Two requests with the same certificates may share connections; the key is kept nowhere. */
function printOf({ ca, cert, key }: ClientTls): string {
  return createHash('sha256')
    .update(JSON.stringify([ca, cert, key]))
    .digest('base64')
}

// The deadline of each request covers these timeouts.
const shared = { headersTimeout: 0, bodyTimeout: 0, allowH2: false }
/** Servers drop an idle connection after five seconds or more: never use one that is about to go. */
const kept = { ...shared, keepAliveTimeout: 4_000 }
/** What can't be repeated is not sent where the other side may be hanging up. */
const usedOnce = { ...shared, pipelining: 0 }

/** The connection went while it was used, as one does that the server held idle for long enough. */
function isDropped(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET'
}

function createDispatcher(
  proxy: string | undefined,
  tls: object,
  options: typeof kept | typeof usedOnce,
): Dispatcher {
  if (proxy === undefined) return new Agent({ ...options, connect: tls })
  const url = URL.parse(proxy)
  if (url?.protocol === 'socks5:' || url?.protocol === 'socks:')
    return new Socks5ProxyAgent(url, { ...options, requestTls: tls })
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new ProviderError('the proxy is not an http, https or socks5 URL', { isFinal: true })
  const proxyTls = url.protocol === 'https:' ? { proxyTls: tlsOptions(false) } : {}
  return new ProxyAgent({ ...options, uri: proxy, requestTls: tls, ...proxyTls })
}
