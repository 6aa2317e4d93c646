/** Sends requests to one API server: authentication, rate limit, deadlines, retries, counting. */
import type { Dispatcher } from 'undici'
import { KubeError } from '../../../errors.ts'
import type { Clock } from '../../clock.ts'
import { type Allowance, createDeadline, type Deadline, pause } from '../../deadline.ts'
import type { Connection, Credentials } from '../connection/connection.ts'
import { type Exchange, overheard } from './exchange.ts'
import { aborted, connectionFailure, refusal, timeout } from './failures.ts'
import type { WireAnswer, WireRequest } from './link.ts'
import { createRateLimit } from './rate-limit.ts'
import { retryDelayMs } from './retry.ts'
import { createRightOfWay } from './right-of-way.ts'
import { createTransport } from './transport.ts'

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'raw'

export interface KubeRequest {
  verb: Verb
  /** Plural of the kind, for counting. */
  resource: string
  method: Dispatcher.HttpMethod
  path: string
  accept?: string | undefined
  contentType?: string
  body?: unknown
  signal?: AbortSignal | undefined
}

/** One finished request, retries counted one by one; `status` 0 means no answer. */
export interface RequestRecord {
  verb: Verb
  resource: string
  status: number
  ms: number
  /** Time of the server, as the header of the answer gives it. */
  date?: string | undefined
}

export interface RequesterOptions {
  clock: Clock
  /** Answers a number in [0, 1). */
  random: () => number
  userAgent: string
  /** Requests a second on average, and at once; `qps` 0 sets no limit. */
  qps: number
  burst: number
  /** Milliseconds for one request; 0 waits forever. */
  timeoutMs: number
  /** What all requests together may take. */
  allowance?: Allowance | undefined
  retries: number
  /** Connections used at a time by requests other than watches; a quarter more are for events. */
  connections: number
  /** For a program that sends a few requests and ends. */
  brief: boolean
  /** Told of each try that has ended; its status is 0 where no answer came. */
  onRequest?: (record: RequestRecord) => void
  /** Told of the same tries with all that was sent and came. */
  onExchange?: ((exchange: Exchange) => void) | undefined
}

export interface Requester {
  /** The text of a successful answer; anything else rejects with KubeError. */
  text(request: KubeRequest): Promise<string>
  /** An open answer whose chunks are read by `read`; the connection is freed when that returns. */
  stream<T>(
    request: KubeRequest,
    read: (chunks: AsyncIterable<Buffer>, deadline: Deadline) => AsyncGenerator<T>,
  ): AsyncGenerator<T>
  /** Ends all connections, and what is under way with them. */
  close(): Promise<void>
}

/** What one request logs in with, over its tries. */
interface Login {
  given?: Credentials
  /** Of a first try that ended with 401. */
  refused?: Credentials
}

/** A requester for one server. Every failure is a KubeError that names the server. */
export function createRequester(connection: Connection, options: RequesterOptions): Requester {
  const { clock, random, timeoutMs, allowance, retries } = options
  const leftMs = () => allowance?.leftMs() ?? Number.POSITIVE_INFINITY
  const { server } = connection
  const direct = createTransport(connection, options)
  const tell = options.onExchange
  const transport = tell ? overheard(direct, { server, clock, tell }) : direct
  const limit = createRateLimit(clock, options.qps, options.burst)
  const rightOfWay = createRightOfWay(clock, options.connections)

  /** One try: an answer with a success status, or a KubeError. */
  async function attempt(
    request: KubeRequest,
    deadline: Deadline,
    login: Login,
  ): Promise<WireAnswer> {
    const started = clock.monotonicMs()
    const link = linkOf(request)
    const ended = link === 'requests' ? rightOfWay.begin() : undefined
    let status = 0
    let date: string | undefined
    try {
      const credentials = await connection.credentials(login.refused)
      login.given = credentials
      const answer = await transport.send(
        {
          method: request.method,
          path: request.path,
          headers: { ...headersOf(request, options.userAgent), ...credentials.headers },
          body: request.body === undefined ? undefined : JSON.stringify(request.body),
          signal: deadline.signal,
          link,
        },
        credentials,
      )
      status = answer.statusCode
      date = headerOf(answer, 'date')
      if (status >= 200 && status < 300) return answer
      throw refusal(
        {
          status,
          body: await answer.body.text(),
          retryAfter: headerOf(answer, 'retry-after'),
          now: clock.now(),
        },
        nameOf(request),
      )
    } finally {
      ended?.()
      const { verb, resource } = request
      options.onRequest?.({ verb, resource, status, ms: clock.monotonicMs() - started, date })
    }
  }

  function failureOf(error: unknown, request: KubeRequest, deadline: Deadline): KubeError {
    // People are told the time that they gave, not what was left of it.
    const limitMs = Math.max(deadline.limitMs(), timeoutMs)
    if (deadline.expired()) return timeout(server, limitMs, nameOf(request))
    if (deadline.signal.aborted) return aborted(server, nameOf(request), error)
    return error instanceof KubeError ? error : connectionFailure(error, server)
  }

  /** Runs `use` on the answer, again where that is safe. The deadline is per try, as client-go's. */
  async function withRetries<T>(
    request: KubeRequest,
    use: (answer: WireAnswer, deadline: Deadline) => Promise<T>,
  ): Promise<T> {
    const reads = request.method === 'GET'
    const login: Login = {}
    for (let tries = 0; ; ) {
      if (linkOf(request) === 'news') await rightOfWay.give(request.signal)
      await limit.take(request.signal)
      const deadline = createDeadline(clock, limitOf(timeoutMs, leftMs()), request.signal)
      try {
        return await use(await attempt(request, deadline, login), deadline)
      } catch (thrown) {
        deadline.end()
        const error = failureOf(thrown, request, deadline)
        if (error.status === 401 && !login.refused && login.given) {
          login.refused = login.given
          continue
        }
        const wait = retryDelayMs(error, { reads, attempt: tries, retries, random: random() })
        if (wait === undefined || wait >= leftMs()) throw error
        tries += 1
        await pause(clock, wait, request.signal)
      }
    }
  }

  return {
    text: (request) =>
      withRetries(request, async (answer, deadline) => {
        const text = await answer.body.text()
        deadline.end()
        return text
      }),
    async *stream(request, read) {
      const opened = await withRetries(request, async (answer, deadline) => ({ answer, deadline }))
      const { answer, deadline } = opened
      try {
        yield* read(answer.body, deadline)
      } catch (error) {
        // Whoever gave the signal knows; a watch that was told to end just ends.
        if (request.signal?.aborted) return
        throw failureOf(error, request, deadline)
      } finally {
        deadline.end()
        answer.body.on('error', () => {}).destroy()
      }
    },
    close: () => transport.close(),
  }
}

/** Of two limits the shorter one, at least a moment: 0 would be none. */
function limitOf(timeoutMs: number, leftMs: number): number {
  if (leftMs === Number.POSITIVE_INFINITY) return timeoutMs
  return Math.max(1, timeoutMs === 0 ? leftMs : Math.min(timeoutMs, leftMs))
}

function linkOf({ verb, resource, method }: KubeRequest): WireRequest['link'] {
  if (verb === 'watch') return 'streams'
  return resource === 'events' && method !== 'GET' ? 'news' : 'requests'
}

function headersOf(request: KubeRequest, userAgent: string): Record<string, string> {
  const { accept = 'application/json', contentType = 'application/json', body } = request
  const headers: Record<string, string> = { accept, 'user-agent': userAgent }
  if (body !== undefined) headers['content-type'] = contentType
  return headers
}

function headerOf(answer: WireAnswer, name: string): string | undefined {
  const value = answer.headers[name]
  return Array.isArray(value) ? value[0] : value
}

function nameOf({ method, path }: KubeRequest): string {
  return `${method} ${path.replace(/\?.*$/, '')}`
}
