/** The one place where requests to an API server meet the network. */
import { secureContext } from '../../trust.ts'
import type { Connection, Credentials } from '../connection/connection.ts'
import { briefLane } from './brief-lane.ts'
import type { Lane, LaneName, LaneOptions, TlsOptions, WireAnswer, WireRequest } from './lane.ts'
import { nodeLane } from './node-lane.ts'
import { proxyLane } from './proxy-lane.ts'

export interface TransportOptions {
  /** For requests other than watches; a quarter more are for events. */
  connections: number
  /** For a program that sends a few requests and ends. */
  brief: boolean
}

export interface Transport {
  /** The answer, of whatever status, as soon as its head is there; rejects where none comes. */
  send(request: WireRequest, credentials: Credentials): Promise<WireAnswer>
  /** Ends all connections, and what is under way with them. */
  close(): Promise<void>
}

interface Lanes {
  certificate: string
  lanes: Record<LaneName, Lane>
}

/** Connections to one server; they are made anew when the client certificate changes. */
export function createTransport(connection: Connection, options: TransportOptions): Transport {
  const { pathname } = new URL(connection.server)
  const base = pathname === '/' ? '' : pathname.replace(/\/$/, '')
  let open: Lanes | undefined

  function lanesFor(credentials: Credentials): Lanes {
    const certificate = `${credentials.clientCertificate ?? ''}${credentials.clientKey ?? ''}`
    if (open?.certificate === certificate) return open
    // Requests under way end on the old connections; those close by themselves afterwards.
    const old = open
    open = { certificate, lanes: createLanes(connection, credentials, options) }
    if (old) void Promise.allSettled(Object.values(old.lanes).map((lane) => lane.close()))
    return open
  }

  return {
    send: (request, credentials) =>
      lanesFor(credentials).lanes[request.lane].send({
        ...request,
        path: `${base}${request.path}`,
      }),
    async close() {
      const last = open
      open = undefined
      if (last) await Promise.all(Object.values(last.lanes).map((lane) => lane.destroy()))
    },
  }
}

/** A handshake takes a command as long as some answers. */
const fewPerConnection = 3

function createLanes(
  connection: Connection,
  credentials: Credentials,
  { connections, brief }: TransportOptions,
): Record<LaneName, Lane> {
  const tls = tlsOptions(connection, credentials)
  const { proxy } = connection
  const direct = (options: LaneOptions) =>
    proxy === undefined ? nodeLane(options) : proxyLane(options, proxy)
  const plain = (options: LaneOptions) =>
    brief && proxy === undefined ? briefLane(options) : direct(options)
  const perConnection = brief ? fewPerConnection : 1
  const few = Math.ceil(connections / 4)
  return {
    requests: onDemand(() => plain({ connection, tls, connections, perConnection })),
    news: onDemand(() => direct({ connection, tls, connections: few, perConnection })),
    streams: onDemand(() => direct({ connection, tls, perConnection: 1 })),
  }
}

/** A lane that is made for its first request: most commands use one of three. */
function onDemand(make: () => Lane): Lane {
  let lane: Lane | undefined
  return {
    async send(request) {
      lane ??= make()
      return lane.send(request)
    },
    close: async () => lane?.close(),
    destroy: async () => lane?.destroy(),
  }
}

function tlsOptions(connection: Connection, credentials: Credentials): TlsOptions {
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
