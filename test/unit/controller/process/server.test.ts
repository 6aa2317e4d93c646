import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startServer } from '../../../../controller/process/server.ts'
import { patience } from '../../../support/patience.ts'

type Pages = Parameters<typeof startServer>[0]['pages']

async function given({
  sick = '',
  unready = '',
  metrics = async () => 'up 1\n',
  pages = undefined as Pages,
} = {}) {
  const server = await startServer({
    port: 0,
    address: '127.0.0.1',
    sick: () => sick,
    unready: () => unready,
    metrics,
    metricsType: 'text/plain; version=0.0.4',
    ...(pages && { pages }),
  })
  onTestFinished(() => server.close())
  return (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}${path}`, init)
}

test('a process that works is well and ready', async () => {
  const get = await given()
  for (const path of ['/healthz', '/readyz', '/healthz?verbose']) {
    const answer = await get(path)
    expect([answer.status, await answer.text()]).toEqual([200, 'OK'])
  }
})

test('a problem is answered with 503 and its sentence', async () => {
  const get = await given({ sick: 'the loop is stuck', unready: 'the caches are not filled yet' })
  const [health, ready] = [await get('/healthz'), await get('/readyz')]
  expect([health.status, await health.text()]).toEqual([503, 'the loop is stuck\n'])
  expect([ready.status, await ready.text()]).toEqual([503, 'the caches are not filled yet\n'])
})

test('metrics come with their own content type', async () => {
  const get = await given()
  const answer = await get('/metrics')
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4')
  expect(await answer.text()).toBe('up 1\n')
})

test('metrics that cannot be collected are a 500, and the server goes on', async () => {
  const get = await given({ metrics: () => Promise.reject(new Error('collector')) })
  const answer = await get('/metrics')
  expect(answer.status).toBe(500)
  expect(await answer.text()).not.toContain('collector')
  expect((await get('/healthz')).status).toBe(200)
})

test('other pages are not found, and HEAD has no body', async () => {
  const get = await given()
  expect((await get('/debug/pprof')).status).toBe(404)
  const head = await get('/healthz', { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([200, ''])
})

test('a port that is taken is an error', async () => {
  const options = { sick: () => '', unready: () => '', metrics: async () => '', metricsType: '' }
  const first = await startServer({ ...options, port: 0, address: '127.0.0.1' })
  onTestFinished(() => first.close())
  const second = startServer({ ...options, port: first.port, address: '127.0.0.1' })
  await expect(second).rejects.toThrow('EADDRINUSE')
})

test('a server of some pages has no others', async () => {
  const get = await given({ pages: ['/metrics'] })
  const pages = ['/metrics', '/healthz', '/readyz']
  const answers = await Promise.all(pages.map((page) => get(page)))
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 404])
})

test('400 connections that say nothing keep no probe from its answer: the oldest are closed', async () => {
  const options = { sick: () => '', unready: () => '', metrics: async () => '', metricsType: '' }
  const server = await startServer({ ...options, port: 0, address: '127.0.0.1' })
  let closed = 0
  const held = Array.from({ length: 400 }, () => {
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => {}).on('close', () => (closed += 1))
    return socket
  })
  onTestFinished(async () => {
    for (const socket of held) socket.destroy()
    await server.close()
  })
  await Promise.all(held.map((socket) => once(socket, 'connect')))
  expect((await fetch(`http://127.0.0.1:${server.port}/healthz`)).status).toBe(200)
  await expect.poll(() => closed, patience).toBeGreaterThan(400 - 128)
})

test('headers of pages are refused', async () => {
  const get = await given()
  const answer = await get('/healthz', { headers: { cookie: 'x'.repeat(10_000) } })
  expect(answer.status).toBe(431)
})
