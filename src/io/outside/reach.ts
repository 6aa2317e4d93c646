/** The one place that decides whether an address may be asked: all connections come from here. */
import { isIP, type LookupFunction } from 'node:net'
import { messageOf, ProviderError } from '../../errors.ts'
import { type AddressRules, canonical } from './addresses.ts'
import { authorityOf, nameOf } from './authority.ts'
import type { Resolver } from './resolver.ts'

export interface ReachOptions {
  rules: AddressRules
  resolver: Resolver
  /** `host:port` of what the controller's own flags name: whoever sets flags may ask anything. */
  trusted?: ReadonlySet<string>
  /** Hosts of the API servers, which nobody is let in at. */
  apiServers?: readonly string[]
}

export interface Reach {
  /** Whether the flags name this host and port: it is asked without a judgement. */
  isTrusted(url: URL): boolean
  /** Rejects with ProviderError where none of the host's addresses may be asked, or none is known. */
  check(host: string, of: { tenant: string; signal: AbortSignal }): Promise<void>
  /** Throws ProviderError where a proxy may not be sent to this host. */
  checkProxied(host: string): void
  /**
   * For sockets: the addresses that they may connect to, judged when they do. An answer of the DNS
   * that changes in between leads nowhere else.
   */
  lookup: LookupFunction
  /** The same without a judgement. */
  lookupTrusted: LookupFunction
}

/** Connections that ask for nobody in particular, such as one that is renewed. */
const nobody = { tenant: '', signal: new AbortController().signal }

/**
 * Judges where requests of Canaries may go: by the name before one is sent, by the address once its
 * socket connects.
 */
export function createReach(options: ReachOptions): Reach {
  const { rules, resolver, trusted, apiServers = [] } = options

  async function addressesOf(host: string, of = nobody): Promise<string[]> {
    const name = host.replace(/^\[(.*)\]$/, '$1')
    return isIP(name) === 0 ? resolver.resolve(name, of) : [name]
  }

  /** What can't be looked up is not known; the names are compared all the same. */
  async function serverAddresses(): Promise<Set<string>> {
    const all = apiServers.map((host) => addressesOf(host).catch(() => []))
    return new Set((await Promise.all(all)).flat().map(canonical))
  }

  async function open(host: string, of = nobody): Promise<string[]> {
    const [addresses, servers] = await Promise.all([addressesOf(host, of), serverAddresses()])
    const judged = addresses.map((address) => ({
      address,
      why: rules.judge(address, { host, apiServers: servers }),
    }))
    const fine = judged.filter(({ why }) => why === undefined)
    const [first] = judged
    if (fine.length === 0) throw refused(host, first?.why ?? 'it has no address')
    return fine.map(({ address }) => address)
  }

  return {
    isTrusted: (url) => trusted?.has(authorityOf(url)) ?? false,
    check: async (host, of) => void (await open(host, of)),
    checkProxied(host) {
      const name = nameOf(host)
      const why = isIP(name) === 0 ? rules.judgeName(name) : rules.judge(name, { host: name })
      if (why !== undefined) throw refused(host, why)
    },
    lookup: lookupBy(open),
    lookupTrusted: lookupBy(addressesOf),
  }
}

function refused(host: string, why: string): ProviderError {
  return new ProviderError(`${nameOf(host)} is not asked: ${why}`, { isFinal: true })
}

function lookupBy(find: (host: string) => Promise<string[]>): LookupFunction {
  return (host, { all }, callback) => {
    const give = (addresses: string[]): void => {
      const found = addresses.map((address) => ({ address, family: isIP(address) }))
      const [first] = found
      if (all) callback(null, found)
      else callback(null, first?.address ?? '', first?.family)
    }
    const fail = (error: unknown) =>
      callback(error instanceof Error ? error : new Error(messageOf(error)), [])
    find(host).then(give, fail)
  }
}
