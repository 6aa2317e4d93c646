/** The HTTP API of a Prometheus, as far as metric checks use it, over series in memory. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Clock } from '../../io/clock.ts'
import { evaluate } from './evaluate.ts'
import { parseQuery } from './parse.ts'
import { type Labels, labelsKey, type SeriesStore } from './series.ts'
import { isScalar } from './vector.ts'

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
    answer(request, store, clock).then(
      ({ status, type = 'application/json', body }) => {
        response.writeHead(status, { 'content-type': type })
        response.end(body)
      },
      // The caller went away while it was sending.
      () => response.destroy(),
    )
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

interface Reply {
  status: number
  type?: string
  body: string
}

async function answer(request: IncomingMessage, store: SeriesStore, clock: Clock): Promise<Reply> {
  const [path = '', query = ''] = (request.url ?? '/').split('?', 2)
  if (path === '/metrics')
    return { status: 200, type: 'text/plain; version=0.0.4', body: store.expose() }
  if (path === '/-/healthy' || path === '/-/ready')
    return { status: 200, type: 'text/plain', body: 'Prometheus Server is Ready.\n' }
  if (path !== '/api/v1/query' && path !== '/api/v1/query_range')
    return { status: 404, type: 'text/plain', body: '404 page not found\n' }
  const sent = await read(request)
  if (sent === undefined) return refusal(413, 'the request is too large')
  const given = (name: string) =>
    new URLSearchParams(query).get(name) ?? new URLSearchParams(sent).get(name)
  const time = Number(given('time') ?? Number.NaN)
  try {
    if (path.endsWith('_range')) {
      const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(given(name)))
      const data = runRange(given('query') ?? '', store, { start, end, step })
      return { status: 200, body: JSON.stringify({ status: 'success', data }) }
    }
    const now = Number.isFinite(time) ? new Date(time * 1_000) : clock.now()
    const data = run(given('query') ?? '', store, now)
    return { status: 200, body: JSON.stringify({ status: 'success', data }) }
  } catch (error) {
    return refusal(400, error instanceof Error ? error.message : String(error))
  }
}

function refusal(status: number, why: string): Reply {
  const body = { status: 'error', errorType: 'bad_data', error: why }
  return { status, body: JSON.stringify(body) }
}

function run(text: string, store: SeriesStore, now: Date) {
  const query = parseQuery(text)
  const points = evaluate(query, { store, now })
  const seconds = now.getTime() / 1_000
  if (isScalar(query)) {
    const [point] = points
    return { resultType: 'scalar', result: [seconds, numberText(point?.value ?? Number.NaN)] }
  }
  const result = points.map(({ labels, value }) => ({
    metric: labels,
    value: [seconds, numberText(value)],
  }))
  return { resultType: 'vector', result }
}

/** As Prometheus has it. */
const mostPoints = 11_000

function runRange(
  text: string,
  store: SeriesStore,
  {
    start = Number.NaN,
    end = Number.NaN,
    step = Number.NaN,
  }: { [key in 'start' | 'end' | 'step']?: number | undefined },
) {
  if (!(step > 0) || !(end >= start) || (end - start) / step > mostPoints)
    throw new Error('a range needs start, end, and a step that makes at most 11,000 points')
  const query = parseQuery(text)
  const found = new Map<string, { metric: Labels; values: [number, string][] }>()
  for (let at = start; at <= end; at += step)
    for (const { labels, value } of evaluate(query, { store, now: new Date(at * 1_000) })) {
      const key = labelsKey(labels)
      const series = found.get(key) ?? { metric: labels, values: [] }
      series.values.push([at, numberText(value)])
      found.set(key, series)
    }
  return { resultType: 'matrix', result: [...found.values()] }
}

/** Go's spelling of numbers that are none. */
function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value)
}

/** The body; undefined when it is too long. */
async function read(request: IncomingMessage): Promise<string | undefined> {
  let body = ''
  for await (const chunk of request) {
    body += String(chunk)
    if (body.length > longestBody) return undefined
  }
  return body
}
