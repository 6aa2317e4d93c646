import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { anonymousConnection } from '../../../../../src/io/kube/connection/connection.ts'
import { briefLink } from '../../../../../src/io/kube/transport/brief-link.ts'
import type { Link } from '../../../../../src/io/kube/transport/link.ts'

interface Raw extends AsyncDisposable {
  link: Link
  /** Connections, in their order. */
  sockets: Socket[]
}

/** A server that says to each request what the test wants, and a link to it. */
async function start(
  say: (socket: Socket, count: number) => void,
  { connections = 10, perConnection = 3 } = {},
): Promise<Raw> {
  const sockets: Socket[] = []
  let count = 0
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {}).on('data', () => say(socket, ++count))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const connection = anonymousConnection(`http://127.0.0.1:${port}`)
  const link = briefLink({ connection, tls: {}, connections, perConnection })
  return {
    ...{ link, sockets },
    async [Symbol.asyncDispose]() {
      await link.destroy()
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const answer = (text: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}`

async function ask(link: Link, signal = new AbortController().signal): Promise<string> {
  const { body } = await link.send({
    ...{ method: 'GET', path: '/', headers: {}, signal, link: 'requests' },
  })
  return body.text()
}

test('requests one after the other share a connection', async () => {
  await using at = await start((socket, count) => void socket.write(answer(`${count}`)))
  expect([await ask(at.link), await ask(at.link), await ask(at.link)]).toEqual(['1', '2', '3'])
  expect(at.sockets).toHaveLength(1)
})

test('of requests at the same time a few share a connection', async () => {
  await using at = await start((socket, count) => void socket.write(answer(`${count}`)))
  const texts = await Promise.all(Array.from({ length: 7 }, () => ask(at.link)))
  expect(new Set(texts).size).toBe(7)
  expect(at.sockets.length).toBeGreaterThan(1)
  expect(at.sockets.length).toBeLessThan(4)
})

test('what a server says unasked is no answer to the next request', async () => {
  await using at = await start((socket, count) => {
    socket.write(count === 1 ? answer('mine') + answer('forged') : answer('second'))
  })
  expect(await ask(at.link)).toBe('mine')
  expect(await ask(at.link)).toBe('second')
  expect(at.sockets).toHaveLength(2)
})

test('a connection that the server closes in between is made anew', async () => {
  await using at = await start((socket, count) => {
    socket.write(answer(`${count}`))
    if (count === 1) socket.end()
  })
  expect(await ask(at.link)).toBe('1')
  const [first] = at.sockets
  if (first && !first.closed) await once(first, 'close')
  expect(await ask(at.link)).toBe('2')
})

test('an answer that is cut off, or none at all, is an error', async () => {
  await using at = await start((socket) => {
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf')
  })
  await expect(ask(at.link)).rejects.toMatchObject({ code: 'ECONNRESET' })
})

test('one that waits is given up without its turn, and takes nothing from the others', async () => {
  const held: Socket[] = []
  const asked = Promise.withResolvers<void>()
  await using at = await start(
    (socket) => {
      held.push(socket)
      if (held.length === 1) asked.resolve()
      else socket.write(answer('later'))
    },
    { connections: 1 },
  )
  const stop = new AbortController()
  const first = ask(at.link)
  const given = ask(at.link, stop.signal)
  const third = ask(at.link)
  await asked.promise
  stop.abort(new Error('enough'))
  await expect(given).rejects.toThrow('enough')
  held[0]?.write(answer('first'))
  expect([await first, await third]).toEqual(['first', 'later'])
  expect(held).toHaveLength(2)
})

test('who closes it lets requests under way end, who destroys it does not', async () => {
  const held: Socket[] = []
  let asked = Promise.withResolvers<void>()
  await using at = await start((socket) => {
    held.push(socket)
    asked.resolve()
  })
  const first = ask(at.link)
  await asked.promise
  await at.link.close()
  held[0]?.write(answer('done'))
  expect(await first).toBe('done')
  asked = Promise.withResolvers()
  const second = ask(at.link)
  await asked.promise
  await at.link.destroy()
  await expect(second).rejects.toMatchObject({ code: 'ECONNRESET' })
})
