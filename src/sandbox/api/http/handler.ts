/** Takes one HTTP request to its answer. */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { readJson } from '../../../json.ts'
import { ApiError, pathNotFound, qualified } from '../api-error.ts'
import type { Cluster } from '../cluster.ts'
import type { Resource } from '../resource.ts'
import type { User } from '../users.ts'
import { authenticate, requireAllowed } from './access.ts'
import type { Asked, createAccounting } from './accounting.ts'
import { discovery } from './discovery.ts'
import { type FaultRule, spoil } from './faults.ts'
import { decodeBody, type Media, negotiate } from './media.ts'
import { type Answer, answerObjects } from './objects.ts'
import { openapi } from './openapi.ts'
import { render } from './render.ts'
import { type RequestInfo, requestInfo } from './request-info.ts'
import { review } from './reviews.ts'
import { send } from './send.ts'
import { createStreams } from './stream.ts'

export interface HandlerOptions {
  requests: ReturnType<typeof createAccounting>
  tokens: Record<string, User>
  rbac: boolean
  bookmarkIntervalMs: number
}

export interface Handler {
  /** Answers the request, also where it fails; returns before the answer. */
  handle(request: IncomingMessage, response: ServerResponse): void
  /** Adds a rule that may spoil requests; gives the function that takes it away. */
  fault(rule: FaultRule): () => void
  /** Ends every watch, as a restart of the server would. */
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

/** Asks the rules of faults first, then who is asking and what they may do. */
export function createHandler(cluster: Cluster, options: HandlerOptions): Handler {
  const faults = new Set<FaultRule>()
  const streams = createStreams(cluster, options.bookmarkIntervalMs)

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
      streams.open(response, { info, resource, media })
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
    dropWatches: streams.endAll,
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
  return readJson(body) ?? body
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
