/**
 * Answers each HTTP/1.1 request as fast as Node can, so that a bench of clients measures clients:
 * `node bench/support/plain-server.ts` writes its port.
 */

import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'

const body = 'x'.repeat(100)
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
)
const server = createServer({ noDelay: true }, (socket) => {
  // A request of these clients comes in one piece.
  socket.on('data', () => socket.write(answer))
  socket.on('error', () => socket.destroy())
}).listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
