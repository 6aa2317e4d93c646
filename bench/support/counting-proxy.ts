/** A TCP proxy on the loopback address that counts what goes through it. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { passOn } from './pass-on.ts'

export interface CountingProxy {
  url: string
  /** Bytes since the start, headers included: `up` to the server, `down` from it. */
  bytes(): { up: number; down: number }
  close(): Promise<void>
}

/** Passes connections on to `target`, such as `http://127.0.0.1:6443`. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(target)
  const open = new Set<Socket>()
  let up = 0
  let down = 0
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    client.on('data', (chunk) => {
      up += chunk.length
    })
    upstream.on('data', (chunk) => {
      down += chunk.length
    })
    passOn(client, upstream, open)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on TCP has an address of this form.
  const { port: own } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${own}`,
    bytes: () => ({ up, down }),
    async close() {
      server.close()
      for (const socket of open) socket.destroy()
      await once(server, 'close')
    },
  }
}
