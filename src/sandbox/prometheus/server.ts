/** The HTTP API of a Prometheus, as far as metric checks use it, over series in memory. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../../io/clock.ts'
import { evaluate } from './evaluate.ts'
import { parseQuery } from './parse.ts'
import type { SeriesStore } from './series.ts'

export interface PrometheusServer {
  url: string
  close(): Promise<void>
}

const longestBody = 64 * 1024

/** Listens on the loopback address, on a free port unless told. */
export async function startPrometheus(
  store: SeriesStore,
  { clock, port = 0 }: { clock: Clock; port?: number },
): Promise<PrometheusServer> {
  const server = createServer((request, response) => {
    void answer(request, store, clock).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(body)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(
  request: IncomingMessage,
  store: SeriesStore,
  clock: Clock,
): Promise<{ status: number; body: string }> {
  const url = new URL(request.url ?? '/', 'http://localhost')
  if (url.pathname === '/metrics') return { status: 200, body: store.expose() }
  if (url.pathname !== '/api/v1/query') return { status: 404, body: '' }
  const text =
    url.searchParams.get('query') ?? new URLSearchParams(await read(request)).get('query')
  try {
    const now = clock.now()
    const result = evaluate(parseQuery(text ?? ''), { store, now }).map(({ labels, value }) => ({
      metric: labels,
      value: [now.getTime() / 1_000, String(value)],
    }))
    const data = { resultType: 'vector', result }
    return { status: 200, body: JSON.stringify({ status: 'success', data }) }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const body = { status: 'error', errorType: 'bad_data', error: why }
    return { status: 400, body: JSON.stringify(body) }
  }
}

async function read(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) {
    body += String(chunk)
    if (body.length > longestBody) break
  }
  return body
}
