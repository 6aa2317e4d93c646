/** Connections by undici, through a proxy. */
import { type Dispatcher, ProxyAgent, Socks5ProxyAgent } from 'undici'
import { secureContext } from '../../trust.ts'
import { keepAliveMs, type Link, type LinkOptions } from './link.ts'

/** Nothing is connected before the first request. */
export function proxyLink(options: LinkOptions, proxy: string): Link {
  const { origin } = new URL(options.connection.server)
  const dispatcher = createDispatcher(options, proxy)
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

function createDispatcher({ tls, connections }: LinkOptions, proxy: string): Dispatcher {
  const options = {
    connections: connections ?? null,
    // The caller's deadline covers these; a watch may be silent for minutes.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: keepAliveMs,
    allowH2: false,
  }
  if (proxy.startsWith('socks')) return new Socks5ProxyAgent(proxy, { ...options, requestTls: tls })
  const proxyTls = proxy.startsWith('https:') ? { secureContext: secureContext({}) } : {}
  return new ProxyAgent({ ...options, uri: proxy, requestTls: tls, proxyTls })
}
