/** What the connections to an API server have in common, whoever makes them. */
import type { Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import type { Dispatcher } from 'undici'
import type { Connection } from '../connection/connection.ts'

export interface WireRequest {
  method: Dispatcher.HttpMethod
  /** Path and query below the server's address. */
  path: string
  headers: Record<string, string | string[]>
  body?: string | undefined
  signal: AbortSignal
  /** Watches, and events that are told, have connections of their own: they hold up nothing else. */
  link: LinkName
}

export type LinkName = 'requests' | 'news' | 'streams'

export interface WireAnswer {
  statusCode: number
  headers: Record<string, string | string[] | undefined>
  body: WireBody
}

export interface WireBody extends AsyncIterable<Buffer> {
  /** The whole body; rejects where the connection breaks. */
  text(): Promise<string>
  /** Hears of a failure; `destroy` of what this gives lets go of a body that nobody reads. */
  on(event: 'error', listener: (error: Error) => void): { destroy(): unknown }
}

/** Some connections to one server. */
export interface Link {
  /** Sends it to `path`, which is whole here. */
  send(request: WireRequest): Promise<WireAnswer>
  /** Lets requests under way end. */
  close(): Promise<void>
  destroy(): Promise<void>
}

export interface LinkOptions {
  connection: Connection
  /** For `tls.connect`. */
  tls: TlsOptions
  /** How many connections there may be; absent sets no limit. */
  connections?: number
  /** How many requests may wait for one of them before another is made. */
  perConnection: number
}

export interface TlsOptions {
  rejectUnauthorized?: boolean
  secureContext?: SecureContext
  servername?: string
}

/** API servers keep idle connections for minutes, and a new TLS session costs more than a socket. */
export const keepAliveMs = 30_000

const longestConnectMs = 10_000

/** A connection that nobody waits for any more must not keep the process; the deadline comes first. */
export function connectMs({ requestTimeoutMs = 0 }: Connection): number {
  return requestTimeoutMs > 0
    ? Math.min(longestConnectMs, requestTimeoutMs + 100)
    : longestConnectMs
}

/** Gives a socket that is being connected so much time for it. */
export function limitConnect(socket: Socket, isEncrypted: boolean, ms: number): void {
  if (!socket.connecting) return
  const late = setTimeout(() => {
    socket.destroy(Object.assign(new Error('connecting took too long'), { code: 'ETIMEDOUT' }))
  }, ms)
  const stop = () => clearTimeout(late)
  socket.once(isEncrypted ? 'secureConnect' : 'connect', stop).once('close', stop)
}
