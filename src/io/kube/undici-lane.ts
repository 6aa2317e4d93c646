/** Connections by undici: many requests at the least cost, also through a proxy. */
import { Agent, type Dispatcher, ProxyAgent, Socks5ProxyAgent } from 'undici'
import { secureContext } from '../trust.ts'
import { connectMs, keepAliveMs, type Lane, type LaneOptions } from './lane.ts'

/** Nothing is connected before the first request. */
export function undiciLane(options: LaneOptions): Lane {
  const { origin } = new URL(options.connection.server)
  const dispatcher = createDispatcher(options)
  return {
    send: ({ path, method, headers, body, signal }) =>
      dispatcher.request({
        ...{ origin, path, method, headers, signal },
        ...(body === undefined ? {} : { body }),
      }),
    close: () => dispatcher.close(),
    destroy: () => dispatcher.destroy(),
  }
}

function createDispatcher({ connection, tls, connections }: LaneOptions): Dispatcher {
  const options = {
    connections: connections ?? null,
    // The caller's deadline covers these; a watch may be silent for minutes.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: keepAliveMs,
    allowH2: false,
  }
  const { proxy } = connection
  if (proxy === undefined)
    return new Agent({
      ...options,
      connect: { ...tls, timeout: connectMs(connection), keepAliveInitialDelay: keepAliveMs },
    })
  if (proxy.startsWith('socks')) return new Socks5ProxyAgent(proxy, { ...options, requestTls: tls })
  const proxyTls = proxy.startsWith('https:') ? { secureContext: secureContext({}) } : {}
  return new ProxyAgent({ ...options, uri: proxy, requestTls: tls, proxyTls })
}
