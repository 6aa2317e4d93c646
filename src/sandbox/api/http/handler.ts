/** Takes one HTTP request to its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { stringify } from 'yaml'
import { ApiError, pathNotFound, qualified, type StatusBody } from '../api-error.ts'
import type { Cluster } from '../cluster.ts'
import type { Json } from '../json.ts'
import type { Resource } from '../resource.ts'
import type { User } from '../users.ts'
import { authenticate, requireAllowed } from './access.ts'
import type { Asked, createAccounting } from './accounting.ts'
import { discovery } from './discovery.ts'
import { filterOf } from './list.ts'
import { decodeBody, type Media, negotiate } from './media.ts'
import { type Answer, answerObjects } from './objects.ts'
import { openapi } from './openapi.ts'
import { render, renderer } from './render.ts'
import { type RequestInfo, requestInfo } from './request-info.ts'
import { review } from './reviews.ts'
import { startWatch, type Watch } from './watch.ts'

/** What a test does to a request in place of, or before, its answer. */
export interface Fault {
  status?: number
  reason?: string
  message?: string
  /** Seconds, for the Retry-After header. */
  retryAfter?: number
  /** Wait before anything else happens. */
  delayMs?: number
  /** Break the connection without an answer. */
  closeConnection?: boolean
}

export type FaultRule = (asked: Asked) => Fault | undefined

export interface HandlerOptions {
  requests: ReturnType<typeof createAccounting>
  tokens: Record<string, User>
  rbac: boolean
  bookmarkIntervalMs: number
}

export interface Handler {
  handle(request: IncomingMessage, response: ServerResponse): void
  fault(rule: FaultRule): () => void
  dropWatches(): void
}

interface Exchange {
  request: IncomingMessage
  response: ServerResponse
  url: URL
  info: RequestInfo | undefined
  resource: Resource | undefined
  body: Buffer
}

const maxBodyBytes = 3 * 1024 * 1024

export function createHandler(cluster: Cluster, options: HandlerOptions): Handler {
  const faults = new Set<FaultRule>()
  const watches = new Set<() => void>()

  async function answer(exchange: Exchange): Promise<void> {
    const asked = askedBy(exchange)
    options.requests.record(asked)
    const { response } = exchange
    for (const rule of faults) if (await spoil(response, rule(asked))) return
    const user = authenticate(exchange.request.headers.authorization, options.tokens)
    const media = negotiate(exchange.request.headers.accept)
    const { info, resource, request, url } = exchange
    if (options.rbac) {
      const isReview = resource?.review ?? false
      const { method = 'GET' } = request
      requireAllowed(cluster, { user, method, path: url.pathname, info, isReview })
    }
    if (!info) {
      answerPath(cluster, exchange, media)
      return
    }
    if (!resource) throw pathNotFound()
    const body = decodeBody(exchange.body, exchange.request.headers['content-type'])
    if (resource.review) {
      send(response, 201, review(cluster, { resource, body, user, rbac: options.rbac }), media)
      return
    }
    if (info.verb === 'watch') {
      watch(exchange, { info, resource, media })
      return
    }
    const answered = answerObjects(cluster, {
      resource,
      info,
      body,
      contentType: exchange.request.headers['content-type'],
      userAgent: exchange.request.headers['user-agent'] ?? '',
    })
    sendAnswer(exchange, answered, { resource, media })
  }

  function sendAnswer(
    { response, info }: Exchange,
    answered: Answer,
    { resource, media }: { resource: Resource; media: Media },
  ): void {
    if (answered.kind === 'status') {
      send(response, answered.status, answered.body, media)
      return
    }
    const warnings = answered.kind === 'object' ? answered.warnings : []
    if (warnings.length > 0)
      response.setHeader(
        'Warning',
        warnings.map((one) => `299 - ${JSON.stringify(one)}`),
      )
    const status = answered.kind === 'object' ? answered.status : 200
    send(response, status, render(cluster, answered, { resource, media, info }), media)
  }

  function watch(
    { request, response }: Exchange,
    { info, resource, media }: { info: RequestInfo; resource: Resource; media: Media },
  ): void {
    const filter = filterOf(info.query, info.namespace, info.name)
    const timeout = Number(info.query.get('timeoutSeconds') ?? 0) || 1800
    let open: Watch | undefined
    let begun = false
    const begin = () => {
      if (begun) return
      begun = true
      response.writeHead(200, { 'content-type': 'application/json' })
      response.flushHeaders()
    }
    const sendEvent = (event: { type: string; object: unknown }) => {
      begin()
      response.write(`${JSON.stringify(event)}\n`)
      if (event.type === 'ERROR') end()
    }
    const end = () => {
      clearTimeout(timer)
      clearInterval(bookmarks)
      open?.stop()
      watches.delete(end)
      response.end()
    }
    const timer = setTimeout(() => {
      open?.bookmark()
      end()
    }, timeout * 1000)
    const bookmarks = setInterval(() => open?.bookmark(), options.bookmarkIntervalMs)
    timer.unref()
    bookmarks.unref()
    watches.add(end)
    request.once('close', () => {
      if (request.destroyed || response.destroyed) end()
    })
    response.once('close', end)
    try {
      const { query } = info
      const form = renderer(cluster, { resource, media, info })
      open = startWatch(cluster, { resource, filter, query, render: form, send: sendEvent })
      begin()
    } catch (error) {
      end.call(undefined)
      throw error
    }
  }

  return {
    handle(request, response) {
      receive(cluster, request, response)
        .then(answer)
        .catch((error: unknown) => refuse(response, error))
    },
    fault(rule) {
      faults.add(rule)
      return () => {
        faults.delete(rule)
      }
    },
    dropWatches() {
      for (const end of [...watches]) end()
    },
  }
}

async function receive(
  { registry }: Cluster,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Exchange> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    chunks.push(chunk)
    size += chunk.length
    if (size > maxBodyBytes)
      throw new ApiError(
        413,
        'RequestEntityTooLarge',
        `Request entity too large: limit is ${maxBodyBytes}`,
      )
  }
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  const info = requestInfo(request.method ?? 'GET', url)
  const resource = info && registry.at(info.group, info.version, info.plural)
  return { request, response, url, info, resource, body: Buffer.concat(chunks) }
}

function askedBy({ request, url, info, body }: Exchange): Asked {
  return {
    method: request.method ?? 'GET',
    url: url.pathname + url.search,
    verb: info?.verb ?? (request.method ?? 'GET').toLowerCase(),
    resource: info ? qualified(info) : url.pathname,
    ...(info?.subresource && { subresource: info.subresource }),
    ...(info?.namespace && { namespace: info.namespace }),
    ...(info?.name && { name: info.name }),
    userAgent: request.headers['user-agent'] ?? '',
    ...(body.length > 0 && { body: readable(body.toString()) }),
  }
}

function readable(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

/** True when the fault has answered in place of the server. */
async function spoil(response: ServerResponse, fault: Fault | undefined): Promise<boolean> {
  if (!fault) return false
  if (fault.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs))
  if (fault.closeConnection) {
    response.destroy()
    return true
  }
  if (fault.status === undefined) return false
  const { status, reason = 'InternalError', message = 'injected fault', retryAfter } = fault
  if (retryAfter !== undefined) response.setHeader('Retry-After', String(retryAfter))
  const details = retryAfter === undefined ? undefined : { retryAfterSeconds: retryAfter }
  send(response, status, new ApiError(status, reason, message, details).body)
  return true
}

function answerPath({ registry }: Cluster, { response, url }: Exchange, media: Media): void {
  const { pathname } = url
  if (
    ['/readyz', '/healthz', '/livez'].some(
      (path) => pathname === path || pathname.startsWith(`${path}/`),
    )
  ) {
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end('ok')
    return
  }
  const resources = registry.all()
  const aggregated = media.form === 'discovery'
  const document = discovery(pathname, resources, aggregated) ?? openapi(pathname, resources)
  if (!document) throw pathNotFound()
  if (document.kind === 'APIGroupDiscoveryList')
    response.setHeader(
      'content-type',
      'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList',
    )
  send(response, 200, document, media)
}

function send(
  response: ServerResponse,
  status: number,
  body: Json | StatusBody,
  media?: Media,
): void {
  if (!response.hasHeader('content-type'))
    response.setHeader('content-type', media?.yaml ? 'application/yaml' : 'application/json')
  response.statusCode = status
  response.end(media?.yaml ? stringify(body) : JSON.stringify(body))
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy()
    return
  }
  if (error instanceof ApiError) {
    send(response, error.body.code, error.body)
    return
  }
  const why = error instanceof Error ? (error.stack ?? error.message) : String(error)
  send(response, 500, new ApiError(500, 'InternalError', `Internal error occurred: ${why}`).body)
}
