import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect as dial } from 'node:net'

/** A proxy that tunnels, and forwards plain requests, and counts both. */
export async function startProxy() {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`)
    response.end('by proxy')
  })
  server.on('connect', (request, socket) => {
    seen.push(`CONNECT ${request.url}`)
    const [host = '', port] = (request.url ?? '').split(':')
    const target = dial(Number(port), host, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      target.pipe(socket).pipe(target)
    })
    target.on('error', () => socket.destroy())
    socket.on('error', () => target.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    seen,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
