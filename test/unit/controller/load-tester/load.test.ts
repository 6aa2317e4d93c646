/** The built-in load, against servers of Node's own. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createSecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test, vi } from 'vitest'
import { runLoad } from '../../../../controller/load-tester/load/run.ts'
import { runLoadInThread } from '../../../../controller/load-tester/load/thread.ts'
import { systemClock } from '../../../../src/io/clock.ts'
import { readHey } from '../../../../src/load/hey.ts'
import { givenServer } from '../../../embedded/support/servers.ts'
import { loopbackCertificate, loopbackKey } from '../../../support/loopback-certificates.ts'
import { patience } from '../../../support/patience.ts'
import { fakeClock } from '../../io/fake-clock.ts'

function planOf(...words: string[]) {
  const read = readHey(words)
  if (!('plan' in read)) throw new Error(read.problem)
  return read.plan
}
const never = new AbortController().signal
const load = (...words: string[]) =>
  runLoad(planOf(...words), { clock: systemClock, signal: never })

test('as many requests are made as were asked for, on as many connections', async () => {
  const connections = new Set<unknown>()
  const paths: string[] = []
  const url = await givenServer((request, response) => {
    connections.add(request.socket)
    paths.push(`${request.method} ${request.url} ${request.headers.host}`)
    response.end('ok')
  })
  const { statuses, requests, errors, bytes } = await load(
    '-n',
    '40',
    '-c',
    '4',
    '-host',
    'app.test',
    `${url}/a?b=1`,
  )
  expect({ statuses, requests, errors, bytes }).toEqual({
    statuses: [[200, 40]],
    requests: 40,
    errors: [],
    bytes: 80,
  })
  expect(new Set(paths)).toEqual(new Set(['GET /a?b=1 app.test']))
  expect(connections.size).toBe(4)
})

test('bodies in chunks, of many packets, and connections that end with each answer are read', async () => {
  const big = 'x'.repeat(300_000)
  const url = await givenServer((request, response) => {
    if (request.url === '/close') response.setHeader('connection', 'close')
    response.write(big)
    response.end('y')
  })
  expect((await load('-n', '6', '-c', '2', `${url}/`)).statuses).toEqual([[200, 6]])
  expect((await load('-n', '6', '-c', '2', `${url}/close`)).statuses).toEqual([[200, 6]])
  expect((await load('-n', '6', '-c', '2', '-disable-keepalive', `${url}/`)).statuses).toEqual([
    [200, 6],
  ])
})

test('bodies that are sent arrive', async () => {
  const bodies: string[] = []
  const url = await givenServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    bodies.push(`${request.method} ${request.headers['content-type']} ${body}`)
    response.writeHead(503).end()
  })
  const { statuses } = await load(
    '-n',
    '2',
    '-c',
    '1',
    '-m',
    'POST',
    '-T',
    'text/plain',
    '-d',
    'é',
    url,
  )
  expect(statuses).toEqual([[503, 2]])
  expect(bodies).toEqual(['POST text/plain é', 'POST text/plain é'])
})

test('TLS is spoken, in HTTP/1.1 and in HTTP/2 on one connection', async () => {
  const versions: string[] = []
  const sessions = new Set<unknown>()
  const server = createSecureServer(
    { key: loopbackKey, cert: loopbackCertificate, allowHTTP1: true },
    (request, response) => {
      versions.push(request.httpVersion)
      if (request.httpVersion === '2.0') sessions.add(request.stream.session)
      response.end('ok')
    },
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`
  expect((await load('-n', '4', '-c', '2', url)).statuses).toEqual([[200, 4]])
  expect((await load('-n', '4', '-c', '2', '-h2', '-m', 'POST', '-d', 'x', url)).statuses).toEqual([
    [200, 4],
  ])
  expect(versions).toEqual(['1.1', '1.1', '1.1', '1.1', '2.0', '2.0', '2.0', '2.0'])
  expect(sessions.size).toBe(1)
})

test('who is not there, and who speaks something else, is counted as an error', async () => {
  const closed = createServer().listen(0, '127.0.0.1')
  await once(closed, 'listening')
  const { port } = closed.address() as AddressInfo
  closed.close()
  expect((await load('-n', '2', '-c', '1', `http://127.0.0.1:${port}/`)).errors).toEqual([
    ['connection refused', 2],
  ])
  const strange = createTcpServer((socket) => socket.end('SSH-2.0-x\r\n\r\n')).listen(
    0,
    '127.0.0.1',
  )
  await once(strange, 'listening')
  onTestFinished(() => void strange.close())
  const other = `http://127.0.0.1:${(strange.address() as AddressInfo).port}/`
  expect((await load('-n', '1', '-c', '1', other)).errors).toEqual([
    ['the answer is no HTTP/1.1', 1],
  ])
})

test('a connection that the server closed between two requests is opened anew', async () => {
  let connections = 0
  const server = createTcpServer((socket) => {
    connections += 1
    socket.on('error', () => {})
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')
      socket.destroySoon()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const { statuses, errors } = await load('-n', '5', '-c', '1', `http://127.0.0.1:${port}/`)
  expect({ statuses, errors }).toEqual({ statuses: [[200, 5]], errors: [] })
  expect(connections).toBe(5)
})

test('the rate is that of each worker, and the time ends it', async () => {
  const clock = fakeClock()
  let seen = 0
  const url = await givenServer((_, response) => {
    seen += 1
    response.end()
  })
  const result = runLoad(planOf('-z', '1s', '-q', '10', '-c', '2', url), { clock, signal: never })
  // One by one, each 50 ms by the clock that is stepped.
  for (let sent = 1; sent <= 20; sent++) {
    await vi.waitFor(() => expect(seen).toBe(sent), patience)
    await vi.waitFor(() => expect(clock.nextMs()).toBeLessThanOrEqual(50), patience)
    clock.step(50)
  }
  const { statuses, totalMs } = await result
  expect(statuses).toEqual([[200, 20]])
  expect(totalMs).toBe(1000)
})

test('one that does not answer in time is given up, and the load goes on', async () => {
  const clock = fakeClock()
  let asked = 0
  const url = await givenServer((_, response) => {
    asked += 1
    if (asked > 1) response.end()
  })
  const result = runLoad(planOf('-n', '2', '-c', '1', '-t', '3', url), { clock, signal: never })
  await vi.waitFor(() => expect(asked).toBe(1), patience)
  for (let step = 0; step < 40; step++) clock.step(100)
  await expect(result).resolves.toMatchObject({
    errors: [['no answer within 3 s', 1]],
    statuses: [[200, 1]],
  })
})

test('a load that is stopped ends at once, whatever is under way', async () => {
  const stop = new AbortController()
  const url = await givenServer(() => stop.abort())
  const result = runLoad(planOf('-z', '10m', '-c', '3', url), {
    clock: systemClock,
    signal: stop.signal,
  })
  await expect(result).resolves.toMatchObject({ statuses: [] })
})

test('a load that is sent by a thread of its own comes to the same', async () => {
  const hosts = new Set<string | undefined>()
  const url = await givenServer((request, response) => {
    hosts.add(request.headers.host)
    response.end('ok')
  })
  const { hostname: host, port } = new URL(url)
  const plan = planOf('-n', '40', '-c', '4', 'http://podinfo.test/')
  const to = () => ({ host, port: Number(port) })
  const { statuses, requests, bytes } = await runLoadInThread(plan, { signal: never, to })
  expect({ statuses, requests, bytes }).toEqual({ statuses: [[200, 40]], requests: 40, bytes: 80 })
  expect([...hosts]).toEqual(['podinfo.test'])
})

test('a thread goes on sending while this one is busy, and ends when it is told to', async () => {
  const ending = new AbortController()
  const { url, count } = await givenCountingServer()
  const loading = runLoadInThread(planOf('-z', '10m', '-c', '1', url), { signal: ending.signal })
  await vi.waitFor(() => expect(count()).toBeGreaterThan(0), { timeout: 60_000 })
  const before = count()
  for (let slices = 0; slices < 600 && count() <= before + 1; slices++) block(100)
  const after = count()
  ending.abort()
  const { requests } = await loading
  expect(after).toBeGreaterThan(before + 1)
  expect(requests).toBeGreaterThanOrEqual(after)
})

/** Nothing of this thread runs meanwhile. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

/** A server in a thread of its own, and how often it was asked. */
async function givenCountingServer() {
  const asked = new Int32Array(new SharedArrayBuffer(4))
  const code = `
    const { parentPort, workerData } = require('node:worker_threads')
    const server = require('node:http').createServer((_, response) => {
      Atomics.add(workerData, 0, 1)
      response.end()
    })
    server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))`
  const worker = new Worker(code, { eval: true, workerData: asked })
  onTestFinished(() => void worker.terminate())
  const [port] = (await once(worker, 'message')) as [number]
  return { url: `http://127.0.0.1:${port}/`, count: () => Atomics.load(asked, 0) }
}
