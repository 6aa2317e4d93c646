import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { HookAnswer, MetricValue, RecordedRequest } from './recording.ts'

/** What the world outside the cluster answers; scenarios change it while they run. */
export interface World {
  metrics: Record<string, MetricValue>
  hooks: Record<string, HookAnswer>
}

/** What somebody really counts; undefined for a query that the world answers. */
export type Measured = (query: string) => Promise<MetricValue | undefined> | undefined

export type StubRequest = Omit<RecordedRequest, 'times'>

export interface Stub {
  url: string
  /** Every request in order, but the checks whether the metric server is there. */
  requests: readonly StubRequest[]
  close(): Promise<void>
}

/** Headers that depend on the client's make, and say nothing about what it wants. */
const clientHeaders = new Set([
  'host',
  'user-agent',
  'connection',
  'accept-encoding',
  'content-length',
  'traceparent',
])

/** Starts one server, on a free port of 127.0.0.1, for metric queries, webhooks and chat. */
export async function startStub(world: World, measured: Measured = () => undefined): Promise<Stub> {
  const requests: StubRequest[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const seen = described(request, Buffer.concat(chunks).toString('utf8'))
      const isCheck = seen.path === '/api/v1/query' && seen.query === 'vector(1)'
      if (!isCheck && seen.path !== '/favicon.ico') requests.push(seen)
      if (seen.path === '/api/v1/query')
        void Promise.resolve(isCheck ? 1 : (measured(seen.query) ?? valueFor(world, seen))).then(
          (value) => answerQuery(response, value),
        )
      else answerHook(response, hookFor(world, seen.path))
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the stub has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    async close() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}

function described(request: IncomingMessage, body: string): StubRequest {
  const { method = 'GET', url = '/', headers } = request
  const { pathname, search, searchParams } = new URL(url, 'http://stub')
  return {
    method,
    path: pathname,
    search,
    query: searchParams.get('query') ?? new URLSearchParams(body).get('query') ?? '',
    headers: Object.fromEntries(
      Object.entries(headers).filter(([header]) => !clientHeaders.has(header)),
    ),
    body,
  }
}

function valueFor({ metrics }: World, { query }: StubRequest): MetricValue | undefined {
  return Object.entries(metrics).find(([pattern]) => new RegExp(pattern, 's').test(query))?.[1]
}

function hookFor({ hooks }: World, path: string): HookAnswer {
  return Object.entries(hooks).find(([pattern]) => new RegExp(pattern).test(path))?.[1] ?? 200
}

function answerQuery(response: ServerResponse, value: MetricValue | undefined): void {
  if (value === 'error') {
    response.writeHead(500).end('boom')
    return
  }
  const sample = { metric: {}, value: [Date.now() / 1000, String(value)] }
  const result = value === undefined ? [] : [sample]
  answerJson(response, 200, { status: 'success', data: { resultType: 'vector', result } })
}

function answerHook(response: ServerResponse, hook: HookAnswer): void {
  const { status = 200, json, text = '' } = typeof hook === 'number' ? { status: hook } : hook
  if (json) answerJson(response, status, json)
  else response.writeHead(status).end(text)
}

function answerJson(response: ServerResponse, status: number, json: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json))
}
