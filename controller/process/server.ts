/** The HTTP servers of every replica: health, readiness, metrics. */
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { closeServer } from './close-server.ts'

type Page = '/healthz' | '/readyz' | '/metrics'

export interface ServerOptions {
  /** Only these; absent is all. */
  pages?: readonly Page[]
  port: number
  /** Address to listen on; empty listens on all. */
  address: string
  /** Why the process does not work as it should; empty when it does. Answers /healthz. */
  sick: () => string
  /** Why the process can't do its work yet; empty when it can. Answers /readyz. */
  unready: () => string
  /** Text in Prometheus' exposition format. */
  metrics: () => Promise<string>
  metricsType: string
}

export interface HealthServer {
  port: number
  /** Takes no more requests; resolves when those under way have ended, or were cut off. */
  close(): Promise<void>
}

const readTimeoutMs = 5_000
const idleTimeoutMs = 15_000
/** How often connections that take too long are looked for. */
const sweepMs = 1_000
/** Probes and Prometheus send a few hundred bytes. */
const longestHeaders = 8_192
/** Of more connections at a time the oldest are closed: one that is new may be a probe. */
const mostConnections = 128

/** Starts listening; rejects when the port is taken. */
export function startServer(options: ServerOptions): Promise<HealthServer> {
  const limits = { maxHeaderSize: longestHeaders, connectionsCheckingInterval: sweepMs }
  const server = createServer(limits, (request, response) => {
    void answer(request.url ?? '/', options).then(
      ({ status, type, body }) => {
        response.writeHead(status, { 'content-type': type, 'x-content-type-options': 'nosniff' })
        response.end(request.method === 'HEAD' ? undefined : body)
      },
      () => response.writeHead(500).end(),
    )
  })
  server.requestTimeout = readTimeoutMs
  server.headersTimeout = readTimeoutMs
  server.keepAliveTimeout = idleTimeoutMs
  server.on('connection', withRoom())

  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.address || undefined, () => {
      server.off('error', reject)
      const { port } = server.address() as AddressInfo
      resolve({ port, close: () => closeServer(server) })
    })
  })
}

/** Makes room for each connection that comes. */
function withRoom(): (socket: Socket) => void {
  const open = new Set<Socket>()
  return (socket) => {
    const [oldest] = open
    if (oldest && open.size >= mostConnections) {
      open.delete(oldest)
      oldest.destroy()
    }
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  }
}

interface Answer {
  status: number
  type: string
  body: string
}

async function answer(url: string, options: ServerOptions): Promise<Answer> {
  const [path] = url.split('?', 1)
  const { pages = [path] } = options
  if (!pages.some((page) => page === path)) return notFound
  if (path === '/healthz') return probe(options.sick())
  if (path === '/readyz') return probe(options.unready())
  if (path === '/metrics')
    return { status: 200, type: options.metricsType, body: await options.metrics() }
  return notFound
}

const notFound: Answer = { status: 404, type: 'text/plain', body: 'not found\n' }

function probe(problem: string): Answer {
  const type = 'text/plain; charset=utf-8'
  return problem === ''
    ? { status: 200, type, body: 'OK' }
    : { status: 503, type, body: `${problem}\n` }
}
