import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createSeriesStore } from '../../../../src/sandbox/prometheus/series.ts'
import { startPrometheus } from '../../../../src/sandbox/prometheus/server.ts'
import { fakeClock } from '../../io/fake-clock.ts'

interface Body {
  data: { resultType: string; result: { value: [number, string] }[] }
}

async function prometheus() {
  const clock = fakeClock()
  const series = createSeriesStore()
  series.add('up', { job: 'podinfo' }, 1)
  series.sample(clock.now())
  const server = await startPrometheus(series, { clock })
  onTestFinished(() => server.close())
  const query = async (text: string) => {
    const answer = await fetch(`${server.url}/api/v1/query?${new URLSearchParams({ query: text })}`)
    return { status: answer.status, body: (await answer.json()) as Body }
  }
  return { ...server, query }
}

const seconds = Date.parse('2026-01-01T00:00:00Z') / 1_000

test('a query is answered with a vector of labels, time and value as text', async () => {
  const { query } = await prometheus()
  expect(await query('up{job="podinfo"}')).toEqual({
    status: 200,
    body: {
      status: 'success',
      data: {
        resultType: 'vector',
        result: [{ metric: { __name__: 'up', job: 'podinfo' }, value: [seconds, '1'] }],
      },
    },
  })
})

test('a number is a scalar, as checks refuse it; vector(1) is the probe of the controller', async () => {
  const { query } = await prometheus()
  expect((await query('1')).body.data).toEqual({ resultType: 'scalar', result: [seconds, '1'] })
  expect((await query('vector(1)')).body.data).toEqual({
    resultType: 'vector',
    result: [{ metric: {}, value: [seconds, '1'] }],
  })
})

test('what is no finite number is spelled as Go does', async () => {
  const { query } = await prometheus()
  const text = async (of: string) => (await query(of)).body.data.result[0]?.value[1]
  expect(await text('vector(1) / 0')).toBe('+Inf')
  expect(await text('vector(-1) / 0')).toBe('-Inf')
  expect(await text('vector(0) / 0')).toBe('NaN')
})

test('a query that cannot be read is refused with the reason', async () => {
  const { query } = await prometheus()
  expect(await query('sum(')).toEqual({
    status: 400,
    body: {
      status: 'error',
      errorType: 'bad_data',
      error: 'parse error: unexpected end of input',
    },
  })
})

test('a query may come as a form', async () => {
  const { url } = await prometheus()
  const body = new URLSearchParams({ query: 'sum(up)' })
  const answer = await fetch(`${url}/api/v1/query`, { method: 'POST', body })
  expect(await answer.json()).toMatchObject({ data: { result: [{ value: [seconds, '1'] }] } })
})

test('a form that is too long is refused', async () => {
  const { url } = await prometheus()
  const body = `query=${'x'.repeat(70_000)}`
  const answer = await fetch(`${url}/api/v1/query`, { method: 'POST', body })
  expect(answer.status).toBe(413)
})

test('all series can be read in the exposition format', async () => {
  const { url } = await prometheus()
  const answer = await fetch(`${url}/metrics`)
  expect(await answer.text()).toBe('# TYPE up counter\nup{job="podinfo"} 1\n')
})

test('a request line that is no address does not end the server', async () => {
  const { url, query } = await prometheus()
  const { port } = new URL(url)
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write('GET // HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
    })
    socket.on('data', () => {})
    socket.on('close', () => resolve())
  })
  expect((await query('sum(up)')).status).toBe(200)
})

test('a caller that goes away in the middle of a form does not end the server', async () => {
  const { url, query } = await prometheus()
  const { port } = new URL(url)
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write('POST /api/v1/query HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\nquery=')
      setImmediate(() => socket.destroy())
    })
    socket.on('close', () => resolve())
  })
  expect((await query('sum(up)')).status).toBe(200)
})

test('a range query is answered with the values at each step', async () => {
  const { url } = await prometheus()
  const ask = async (of: Record<string, string>) => {
    const query = new URLSearchParams({ query: 'up', ...of })
    const answer = await fetch(`${url}/api/v1/query_range?${query}`)
    return { status: answer.status, body: (await answer.json()) as { data?: unknown } }
  }
  const range = { start: `${seconds - 60}`, end: `${seconds + 60}`, step: '60' }
  expect((await ask(range)).body.data).toEqual({
    resultType: 'matrix',
    result: [
      {
        metric: { __name__: 'up', job: 'podinfo' },
        values: [
          [seconds, '1'],
          [seconds + 60, '1'],
        ],
      },
    ],
  })
  expect((await ask({ ...range, step: '0' })).status).toBe(400)
})
