/** The HTTP API of a Prometheus, as far as metric checks use it, as a function. */
import { evaluate } from './evaluate.ts'
import { parseQuery } from './parse.ts'
import { type Labels, labelsKey, type SeriesStore } from './series.ts'
import { isScalar } from './vector.ts'

export interface Reply {
  status: number
  type?: string
  body: string
}

/** What is asked: the path, and parameters of the address and of a form in the body. */
export interface Asked {
  path: string
  given(name: string): string | null
}

/** What the server says at that time of day. */
export function promReply({ path, given }: Asked, store: SeriesStore, clockNow: Date): Reply {
  if (path === '/metrics')
    return { status: 200, type: 'text/plain; version=0.0.4', body: store.expose() }
  if (path === '/-/healthy' || path === '/-/ready')
    return { status: 200, type: 'text/plain', body: 'Prometheus Server is Ready.\n' }
  if (path !== '/api/v1/query' && path !== '/api/v1/query_range')
    return { status: 404, type: 'text/plain', body: '404 page not found\n' }
  const time = Number(given('time') ?? Number.NaN)
  try {
    if (path.endsWith('_range')) {
      const [start, end, step] = ['start', 'end', 'step'].map((name) => Number(given(name)))
      const data = runRange(given('query') ?? '', store, { start, end, step })
      return { status: 200, body: JSON.stringify({ status: 'success', data }) }
    }
    const now = Number.isFinite(time) ? new Date(time * 1_000) : clockNow
    const data = run(given('query') ?? '', store, now)
    return { status: 200, body: JSON.stringify({ status: 'success', data }) }
  } catch (error) {
    return refusal(400, error instanceof Error ? error.message : String(error))
  }
}

/** Both of the address and of the form that was sent; the former counts first. */
export function parametersIn(query: string, sent: string): Asked['given'] {
  const [first, second] = [new URLSearchParams(query), new URLSearchParams(sent)]
  return (name) => first.get(name) ?? second.get(name)
}

/** An answer with an error, in Prometheus' form; its type is `bad_data` whatever it is. */
export function refusal(status: number, why: string): Reply {
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
