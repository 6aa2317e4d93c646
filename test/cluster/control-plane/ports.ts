import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/** Below the ports that the system takes for outgoing connections, of which a test has many. */
const first = 20_000
const last = 32_000

/**
 * Different ports that nothing listens on at this moment, on 127.0.0.1. Another process may take
 * one before it is used, so whoever uses them must be ready to try again.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listening))
  const ports = servers.map(portOf)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

async function listening(): Promise<Server> {
  for (;;) {
    const server = createServer().listen(randomInt(first, last), '127.0.0.1')
    try {
      await once(server, 'listening')
      return server
    } catch (error) {
      if (!String(error).includes('EADDRINUSE')) throw error
    }
  }
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not a port')
  return address.port
}
