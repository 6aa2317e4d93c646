/**
 * From names to addresses. Node's own look-ups wait in four threads for the whole process, so that
 * a few names whose server is silent hold up all others. This asks by DNS, which takes no thread;
 * like Go it reads `/etc/hosts` and `/etc/resolv.conf` itself.
 */

import { messageOf, ProviderError } from '../../errors.ts'
import { putLatest } from '../../latest.ts'
import type { Clock } from '../clock.ts'
import { fullNames, isLocalName, type NameRules } from './name-rules.ts'
import { createPortions } from './portions.ts'

export interface Found {
  address: string
  /** Seconds for which it holds. */
  ttl: number
}

/** One question to a DNS server: addresses, none where the name has no such ones or is not known. */
export type Ask = (name: string, type: 'A' | 'AAAA', signal: AbortSignal) => Promise<Found[]>

export interface Resolver {
  /**
   * All addresses of a name, at least one. Rejects with ProviderError: `isOurs` where nobody could
   * say, as against a name that does not exist.
   */
  resolve(name: string, of: { tenant: string; signal: AbortSignal }): Promise<string[]>
}

export interface ResolverOptions {
  ask: Ask
  /** What `/etc/hosts` and `/etc/resolv.conf` say at the moment; called for each look-up. */
  rules: () => NameRules
  clock: Clock
}

interface Kept {
  addresses: string[]
  untilMs: number
}

/** Names that one namespace may look up at the same time, and all together. */
const most = { each: 8, all: 128 }
const mostKept = 1_000
const keptMs = { least: 5_000, most: 30_000 }

/** Looks names up with shares for each namespace, and keeps answers for 5 to 30 seconds. */
export function createResolver({ ask, rules, clock }: ResolverOptions): Resolver {
  const kept = new Map<string, Kept>()
  const room = createPortions(most)

  /** No addresses mean that the name does not exist. */
  function keep(name: string, addresses: string[], ttlMs: number): void {
    const ms = Math.min(keptMs.most, Math.max(keptMs.least, ttlMs))
    putLatest(kept, name, { addresses, untilMs: clock.monotonicMs() + ms }, mostKept)
  }

  async function lookUp(name: string, signal: AbortSignal): Promise<string[]> {
    for (const full of fullNames(name, rules())) {
      const found = await addressesOf(full, ask, signal)
      if (found.length === 0) continue
      const addresses = found.map(({ address }) => address)
      keep(name, addresses, 1000 * Math.min(...found.map(({ ttl }) => ttl)))
      return addresses
    }
    keep(name, [], keptMs.least)
    return []
  }

  async function inTurn(
    name: string,
    { tenant, signal }: { tenant: string; signal: AbortSignal },
  ): Promise<string[]> {
    const release = await room.take(tenant, 1, signal).catch(() => {
      throw unanswered('too many names are looked up for its namespace')
    })
    try {
      return await lookUp(name, signal)
    } finally {
      release()
    }
  }

  return {
    async resolve(host, of) {
      const name = host.toLowerCase()
      const known = isLocalName(name) ? ['127.0.0.1', '::1'] : rules().hosts.get(name)
      if (known) return known
      const held = kept.get(name)
      const isFresh = held !== undefined && held.untilMs > clock.monotonicMs()
      const addresses = isFresh ? held.addresses : await inTurn(name, of)
      if (addresses.length === 0) throw new ProviderError('no such host')
      return addresses
    },
  }
}

/** One of the two kinds is enough; that the name has none of either, both must say. */
async function addressesOf(name: string, ask: Ask, signal: AbortSignal): Promise<Found[]> {
  const kinds = await Promise.allSettled([ask(name, 'A', signal), ask(name, 'AAAA', signal)])
  const found = kinds.flatMap((kind) => (kind.status === 'fulfilled' ? kind.value : []))
  const failed = kinds.find((kind) => kind.status === 'rejected')
  if (found.length === 0 && failed) throw unanswered(messageOf(failed.reason))
  return found
}

function unanswered(why: string): ProviderError {
  return new ProviderError(`the name of the host could not be looked up: ${why}`, { isOurs: true })
}
