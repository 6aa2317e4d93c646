/** The one place where requests to an API server meet the network. */
import { secureContext } from '../../trust.ts'
import type { Connection, Credentials } from '../connection/connection.ts'
import { briefLink } from './brief-link.ts'
import type { Link, LinkName, LinkOptions, TlsOptions, WireAnswer, WireRequest } from './link.ts'
import { nodeLink } from './node-link.ts'
import { proxyLink } from './proxy-link.ts'

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

interface Links {
  certificate: string
  links: Record<LinkName, Link>
}

/** Connections to one server; they are made anew when the client certificate changes. */
export function createTransport(connection: Connection, options: TransportOptions): Transport {
  const { pathname } = new URL(connection.server)
  const base = pathname === '/' ? '' : pathname.replace(/\/$/, '')
  let open: Links | undefined

  function linksFor(credentials: Credentials): Links {
    const certificate = `${credentials.clientCertificate ?? ''}${credentials.clientKey ?? ''}`
    if (open?.certificate === certificate) return open
    // Requests under way end on the old connections; those close by themselves afterwards.
    const old = open
    open = { certificate, links: createLinks(connection, credentials, options) }
    if (old) void Promise.allSettled(Object.values(old.links).map((link) => link.close()))
    return open
  }

  return {
    send: (request, credentials) =>
      linksFor(credentials).links[request.link].send({
        ...request,
        path: `${base}${request.path}`,
      }),
    async close() {
      const last = open
      open = undefined
      if (last) await Promise.all(Object.values(last.links).map((link) => link.destroy()))
    },
  }
}

/** A handshake takes a command as long as some answers. */
const fewPerConnection = 3

function createLinks(
  connection: Connection,
  credentials: Credentials,
  { connections, brief }: TransportOptions,
): Record<LinkName, Link> {
  const tls = tlsOptions(connection, credentials)
  const { proxy } = connection
  const direct = (options: LinkOptions) =>
    proxy === undefined ? nodeLink(options) : proxyLink(options, proxy)
  const plain = (options: LinkOptions) =>
    brief && proxy === undefined ? briefLink(options) : direct(options)
  const perConnection = brief ? fewPerConnection : 1
  const few = Math.ceil(connections / 4)
  return {
    requests: onDemand(() => plain({ connection, tls, connections, perConnection })),
    news: onDemand(() => direct({ connection, tls, connections: few, perConnection })),
    streams: onDemand(() => direct({ connection, tls, perConnection: 1 })),
  }
}

/** A link that is made for its first request: most commands use one of three. */
function onDemand(make: () => Link): Link {
  let link: Link | undefined
  return {
    async send(request) {
      link ??= make()
      return link.send(request)
    },
    close: async () => link?.close(),
    destroy: async () => link?.destroy(),
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
