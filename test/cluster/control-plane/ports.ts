import { once } from 'node:events'
import { createServer, type Server } from 'node:net'

/**
 * Different ports that nothing listens on at this moment, on 127.0.0.1. Another process may take
 * one before it is used, so whoever uses them must be ready to try again.
 */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map(portOf)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not a port')
  return address.port
}
