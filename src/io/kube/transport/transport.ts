/** The one place where requests to an API server meet the network. */
import { secureContext } from '../../trust.ts'
import type { Connection, Credentials } from '../connection/connection.ts'
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
  send(request: WireRequest, credentials: Credentials): Promise<WireAnswer>
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
  const create = (options: LaneOptions) =>
    proxy === undefined ? nodeLane(options) : proxyLane(options, proxy)
  const perConnection = brief ? fewPerConnection : 1
  return {
    requests: create({ connection, tls, connections, perConnection }),
    news: create({ connection, tls, connections: Math.ceil(connections / 4), perConnection }),
    streams: create({ connection, tls, perConnection: 1 }),
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
