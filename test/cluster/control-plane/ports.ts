import { randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { type EventEmitter, once } from 'node:events'
import { createServer } from 'node:net'

/** Below the ports that the system takes for outgoing connections, of which a test has many. */
const first = 20_000
const last = 32_000

/**
 * Different ports that nothing listens on at this moment, on 127.0.0.1. Tests of all processes that
 * ask here get different ones; any other process may take one before it is used, so whoever can is to
 * try again.
 */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = []
  while (ports.length < count) {
    const port = randomInt(first, last)
    if ((await isReserved(port)) && (await isFree(port))) ports.push(port)
  }
  return ports
}

/**
 * Keeps the port from others who ask here until this process ends: a program may take a minute until
 * it listens. The ports of UDP are others than those of TCP, and nobody here wants them.
 */
async function isReserved(port: number): Promise<boolean> {
  const lock = createSocket('udp4').unref()
  const bind = () => lock.bind({ port, address: '127.0.0.1', exclusive: true })
  const isDone = await comesTo(lock, 'listening', bind)
  if (!isDone) lock.close()
  return isDone
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  if (!(await comesTo(server, 'listening', () => server.listen(port, '127.0.0.1')))) return false
  await once(server.close(), 'close')
  return true
}

/** False where somebody else has the port. */
async function comesTo(of: EventEmitter, event: string, act: () => void): Promise<boolean> {
  const done = once(of, event)
  act()
  try {
    await done
    return true
  } catch (error) {
    if (!String(error).includes('EADDRINUSE')) throw error
    return false
  }
}
