/** The one place where requests to an API server meet the network. */
import { Agent, type Dispatcher, ProxyAgent, Socks5ProxyAgent } from 'undici'
import { secureContext } from '../trust.ts'
import type { Connection, Credentials } from './connection.ts'

export interface WireRequest {
  method: Dispatcher.HttpMethod
  /** Path and query below the server's address. */
  path: string
  headers: Record<string, string | string[]>
  body?: string | undefined
  signal: AbortSignal
  /** Watches, and events that are told, have connections of their own: they hold up nothing else. */
  lane: Lane
}

type Lane = 'requests' | 'news' | 'streams'

export type WireAnswer = Dispatcher.ResponseData

export interface Transport {
  send(request: WireRequest, credentials: Credentials): Promise<WireAnswer>
  close(): Promise<void>
}

interface Pools {
  certificate: string
  lanes: Record<Lane, Dispatcher>
}

/** Connections to one server; they are made anew when the client certificate changes. */
export function createTransport(connection: Connection, connections: number): Transport {
  const { origin, pathname } = new URL(connection.server)
  const base = pathname === '/' ? '' : pathname.replace(/\/$/, '')
  let pools: Pools | undefined

  function poolsFor(credentials: Credentials): Pools {
    const certificate = `${credentials.clientCertificate ?? ''}${credentials.clientKey ?? ''}`
    if (pools?.certificate === certificate) return pools
    // Requests under way end on the old connections; those close by themselves afterwards.
    const old = pools
    const tls = tlsOptions(connection, credentials)
    pools = {
      certificate,
      lanes: {
        requests: createDispatcher(connection, tls, connections),
        news: createDispatcher(connection, tls, Math.ceil(connections / 4)),
        streams: createDispatcher(connection, tls, null),
      },
    }
    if (old) void Promise.allSettled(Object.values(old.lanes).map((lane) => lane.close()))
    return pools
  }

  return {
    send({ method, path, headers, body, signal, lane }, credentials) {
      return poolsFor(credentials).lanes[lane].request({
        origin,
        path: `${base}${path}`,
        method,
        headers,
        signal,
        ...(body === undefined ? {} : { body }),
      })
    },
    async close() {
      const open = pools
      pools = undefined
      if (open) await Promise.all(Object.values(open.lanes).map((lane) => lane.destroy()))
    },
  }
}

const longestConnectMs = 10_000

/** A connection that nobody waits for any more must not keep the process; the deadline comes first. */
function connectMs({ requestTimeoutMs = 0 }: Connection): number {
  return requestTimeoutMs > 0
    ? Math.min(longestConnectMs, requestTimeoutMs + 100)
    : longestConnectMs
}

function createDispatcher(
  connection: Connection,
  tls: object,
  connections: number | null,
): Dispatcher {
  const options = {
    connections,
    // The caller's deadline covers these; a watch may be silent for minutes.
    headersTimeout: 0,
    bodyTimeout: 0,
    // API servers keep idle connections for minutes, and a new TLS session costs more than a socket.
    keepAliveTimeout: 30_000,
    allowH2: false,
  }
  const { proxy } = connection
  if (proxy === undefined)
    return new Agent({
      ...options,
      connect: { ...tls, timeout: connectMs(connection), keepAliveInitialDelay: 30_000 },
    })
  if (proxy.startsWith('socks')) return new Socks5ProxyAgent(proxy, { ...options, requestTls: tls })
  const proxyTls = proxy.startsWith('https:') ? { secureContext: secureContext({}) } : {}
  return new ProxyAgent({ ...options, uri: proxy, requestTls: tls, proxyTls })
}

function tlsOptions(connection: Connection, credentials: Credentials) {
  if (!connection.server.startsWith('https:')) return {}
  const {
    certificateAuthority,
    tlsServerName,
    insecureSkipTlsVerify: insecure = false,
  } = connection
  const { clientCertificate, clientKey } = credentials
  return {
    rejectUnauthorized: !insecure,
    secureContext: secureContext({ certificateAuthority, insecure, clientCertificate, clientKey }),
    ...(tlsServerName === undefined ? {} : { servername: tlsServerName }),
  }
}
