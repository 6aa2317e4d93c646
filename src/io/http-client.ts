/** The adapter of the `Http` port: requests to metric servers, webhooks and chat services. */
import { type Dispatcher, errors } from 'undici'
import { ProviderError } from '../errors.ts'
import { causeOf } from './causes.ts'
import { type Clock, systemClock } from './clock.ts'
import { createDeadline, type Deadline } from './deadline.ts'
import type { Http, HttpAnswer, HttpRequest } from './http.ts'
import { authorityOf } from './outside/authority.ts'
import { createDispatchers } from './outside/dispatchers.ts'
import { createPortions } from './outside/portions.ts'
import type { Reach } from './outside/reach.ts'
import { readAnswer } from './outside/read-answer.ts'
import { firstStep, onTheWire, redirected, type Step } from './outside/step.ts'

export interface HttpOptions {
  clock?: Clock
  userAgent?: string
  /** The proxy of requests that name none, such as `proxyFromEnvironment` knows it. */
  proxyFor?: (url: URL) => string | undefined
  /** A longer answer is an error; 512 KiB unless told otherwise. */
  maxAnswerBytes?: number
  /** Who may be asked; without it anybody, as a program of one person may. */
  reach?: Reach
  /** Bytes of long answers that are held at a time: for one namespace, and for all. */
  heldBytes?: { each: number; all: number }
}

export interface HttpClient extends Http {
  /** Drops every connection; requests under way fail. */
  close(): Promise<void>
}

interface Course {
  request: HttpRequest
  signal: AbortSignal
}

const mostRedirects = 10
const usualBytes = { each: 4 * 2 ** 20, all: 32 * 2 ** 20 }

/**
 * A client that keeps connections between GETs, and sends one again whose connection the server
 * dropped; anything else has a connection of its own. Redirects are followed as Go does. Messages
 * name the scheme and the host only: paths and queries of chat services are secrets.
 */
export function createHttp(options: HttpOptions = {}): HttpClient {
  const { clock = systemClock, userAgent = 'kubectl-canary', reach } = options
  const { maxAnswerBytes = 512 * 1024, heldBytes = usualBytes } = options
  const room = createPortions(heldBytes)
  const dispatchers = createDispatchers((isTrusted) =>
    isTrusted ? reach?.lookupTrusted : reach?.lookup,
  )

  /** By which proxy, and whether it is one that the operator named. */
  function wayOf(step: Step, { proxy, direct }: HttpRequest) {
    const usual = direct ? undefined : options.proxyFor?.(step.url)
    const used = proxy ?? usual
    const asked = used === undefined ? step.url : URL.parse(used)
    const isUsual = proxy === undefined && usual !== undefined
    return { proxy: used, asked, isTrusted: isUsual || (asked && reach?.isTrusted(asked)) === true }
  }

  async function mayAsk(step: Step, { request, signal }: Course): Promise<void> {
    if (!reach) return
    const { proxy, asked, isTrusted } = wayOf(step, request)
    if (proxy !== undefined && !reach.isTrusted(step.url)) reach.checkProxied(step.url.hostname)
    const { tenant = '' } = request
    if (asked && !isTrusted) await reach.check(asked.hostname, { tenant, signal })
  }

  async function send(step: Step, course: Course): Promise<Dispatcher.ResponseData> {
    const { request, signal } = course
    await mayAsk(step, course)
    const { proxy, isTrusted } = wayOf(step, request)
    const { insecureSkipVerify: insecure = false } = request
    // A certificate that tells who we are is for the host that was asked.
    const tls = step.isElsewhere ? {} : request.tls
    const { protocol } = step.url
    const isRepeatable = step.method === 'GET'
    const attempt = () =>
      dispatchers.of({ protocol, insecure, tls, isRepeatable, isTrusted, proxy }).request({
        origin: step.url.origin,
        path: `${step.url.pathname}${step.url.search}`,
        method: step.method,
        headers: onTheWire(step.headers, userAgent),
        signal,
        ...(step.body === undefined ? {} : { body: step.body }),
      })
    return attempt().catch((error: unknown) => {
      const isLost = isRepeatable && !signal.aborted && isDropped(error)
      return isLost ? attempt() : Promise.reject(error)
    })
  }

  async function read(reply: Dispatcher.ResponseData, { request, signal }: Course) {
    const { mostBytes, tenant = '' } = request
    let free: (() => void) | undefined
    const makeRoom = async () => {
      free = await room.take(tenant, mostBytes ?? maxAnswerBytes, signal).catch(() => {
        throw new ProviderError('the controller had no room for the answer', { isOurs: true })
      })
    }
    try {
      return await readAnswer(reply, { mostBytes, maxAnswerBytes, makeRoom })
    } finally {
      free?.()
    }
  }

  async function follow(first: Step, course: Course): Promise<HttpAnswer> {
    let step = first
    for (let redirects = 0; ; redirects += 1) {
      const reply = await send(step, course)
      const next = redirected(step, reply)
      if (!next)
        return { ...(await read(reply, course)), ...(step.isElsewhere && { isElsewhere: true }) }
      await reply.body.dump()
      if (course.request.redirects === 'home' && next.isElsewhere) throw strayed(next)
      if (redirects === mostRedirects)
        throw new ProviderError(`stopped after ${mostRedirects} redirects`, { isFinal: true })
      step = next
    }
  }

  async function http(request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer> {
    const first = firstStep(request)
    const deadline = createDeadline(clock, request.timeoutMs, signal)
    try {
      return await follow(first, { request, signal: deadline.signal })
    } catch (cause) {
      const isOurs = cause instanceof ProviderError && cause.isOurs
      const isFinal = !deadline.signal.aborted && isLasting(cause)
      const why = reasonOf(cause, deadline)
      throw new ProviderError(`${first.method} ${first.url.origin}: ${why}`, {
        cause,
        isFinal,
        isOurs,
      })
    } finally {
      deadline.end()
    }
  }

  return Object.assign(http, { close: () => dispatchers.destroy() })
}

function strayed({ url }: Step): ProviderError {
  return new ProviderError(
    `it redirects to ${authorityOf(url)}, which is not followed; set the address to that one`,
    { isFinal: true },
  )
}

/** Why there was no answer, as the end of a sentence. */
function reasonOf(error: unknown, deadline: Deadline): string {
  if (error instanceof ProviderError && error.isOurs && !isGivenUp(deadline)) return error.message
  if (deadline.expired()) return `no answer within ${deadline.limitMs() / 1000} s`
  if (deadline.signal.aborted) return 'given up'
  return error instanceof ProviderError ? error.message : causeOf(error).text
}

/** By who asked, rather than by the time. */
function isGivenUp(deadline: Deadline): boolean {
  return deadline.signal.aborted && !deadline.expired()
}

/** What no further try changes: the request itself, or whom we trust. */
function isLasting(error: unknown): boolean {
  if (error instanceof ProviderError) return error.isFinal
  if (error instanceof errors.InvalidArgumentError || error instanceof errors.NotSupportedError)
    return true
  return causeOf(error).reason === 'Certificate'
}

/** The connection went while it was used, as one does that the server held idle for long enough. */
function isDropped(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET'
}
