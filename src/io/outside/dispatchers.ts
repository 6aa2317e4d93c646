/** Connections to others: pools that are shared, and so many of them at most. */
import { createHash } from 'node:crypto'
import type { LookupFunction } from 'node:net'
import { Agent, buildConnector, type Dispatcher, ProxyAgent, Socks5ProxyAgent } from 'undici'
import { ProviderError } from '../../errors.ts'
import type { ClientTls } from '../http.ts'
import { secureContext } from '../trust.ts'

/** What makes connections differ; equal ones share a pool. */
export interface PoolTraits {
  protocol: string
  insecure: boolean
  tls: ClientTls | undefined
  /** The request may be sent again, so that a connection may be kept for it. */
  isRepeatable: boolean
  /** Whoever named the address, or the proxy where there is one, may ask anything. */
  isTrusted: boolean
  proxy: string | undefined
}

export interface Dispatchers {
  /** The pool of these traits, made anew where there is none. */
  of(traits: PoolTraits): Dispatcher
  /** Drops every connection. */
  destroy(): Promise<void>
}

/** Each proxy takes a pool, and each certificate; users name them. */
const mostPools = 32

/** `lookup` is for sockets, by whether who names the address is trusted; absent, Node's own. */
export function createDispatchers(
  lookup: (isTrusted: boolean) => LookupFunction | undefined,
): Dispatchers {
  const pools = new Map<string, Dispatcher>()

  /** The one that was used longest ago goes, once its requests have ended. */
  function makeRoom(): void {
    const [oldest] = pools
    if (pools.size < mostPools || !oldest) return
    const [key, pool] = oldest
    pools.delete(key)
    // A socket that does not close well is nobody's loss.
    pool.close().catch(() => undefined)
  }

  return {
    of(traits) {
      const key = keyOf(traits)
      const known = pools.get(key)
      if (!known) makeRoom()
      const pool = known ?? createPool(traits, lookup(traits.isTrusted))
      // Moved to the end of the row.
      pools.delete(key)
      pools.set(key, pool)
      return pool
    },
    async destroy() {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
      pools.clear()
    },
  }
}

/** Two requests with the same certificates may share connections; the key is kept nowhere. */
function keyOf({ tls, ...traits }: PoolTraits): string {
  const print = tls && createHash('sha256').update(JSON.stringify(tls)).digest('base64')
  return JSON.stringify({ ...traits, print })
}

// The deadline of each request covers these timeouts.
const shared = { headersTimeout: 0, bodyTimeout: 0, allowH2: false }
/** Servers drop an idle connection after five seconds or more: never use one that is about to go. */
const kept = { ...shared, keepAliveTimeout: 4_000 }
/** What can't be repeated is not sent where the other side may be hanging up. */
const usedOnce = { ...shared, pipelining: 0 }

function createPool(
  { protocol, insecure, tls: own, isRepeatable, proxy }: PoolTraits,
  lookup: LookupFunction | undefined,
): Dispatcher {
  const options = isRepeatable ? kept : usedOnce
  const tls = protocol === 'https:' ? tlsOptions(insecure, own) : {}
  const connecting = lookup ? { lookup } : {}
  if (proxy === undefined) return new Agent({ ...options, connect: { ...tls, ...connecting } })
  const url = URL.parse(proxy)
  if (url?.protocol === 'socks5:' || url?.protocol === 'socks:') {
    const connect = buildConnector(connecting)
    return new Socks5ProxyAgent(url, { ...options, requestTls: tls, connect })
  }
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new ProviderError('the proxy is not an http, https or socks5 URL', { isFinal: true })
  const proxyTls = { ...connecting, ...(url.protocol === 'https:' && tlsOptions(false)) }
  return new ProxyAgent({ ...options, uri: proxy, requestTls: tls, proxyTls })
}

function tlsOptions(insecure: boolean, { ca, cert, key }: ClientTls = {}) {
  const trust = { insecure, certificateAuthority: ca, clientCertificate: cert, clientKey: key }
  try {
    return { rejectUnauthorized: !insecure, secureContext: secureContext(trust) }
  } catch (cause) {
    // The cause may quote what was to be read.
    if (!ca && !cert && !key) throw cause
    throw new ProviderError("the certificates or the key can't be read; give them as PEM", {
      isFinal: true,
    })
  }
}
