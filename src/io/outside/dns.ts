/** The adapter of a resolver: DNS, and the files of this machine. */
import { promises as dns } from 'node:dns'
import { readFileSync } from 'node:fs'
import type { Clock } from '../clock.ts'
import { type NameRules, readNameRules } from './name-rules.ts'
import type { Ask } from './resolver.ts'

export interface DnsOptions {
  /** Addresses of DNS servers, with port where it is not 53; those of the machine unless given. */
  servers?: readonly string[]
  /** Milliseconds for an answer, before it is asked once more. */
  timeoutMs?: number
}

const tries = 2
const nothing: readonly string[] = ['ENOTFOUND', 'ENODATA', 'EBADNAME']

/** Asks the servers by UDP and TCP. Each question is one of its own, so that it can be given up. */
export function askDns({ servers, timeoutMs = 1_500 }: DnsOptions = {}): Ask {
  return async (name, type, signal) => {
    const resolver = new dns.Resolver({ timeout: timeoutMs, tries, maxTimeout: timeoutMs })
    if (servers) resolver.setServers(servers)
    const cancel = () => resolver.cancel()
    signal.addEventListener('abort', cancel, { once: true })
    try {
      signal.throwIfAborted()
      return type === 'A'
        ? await resolver.resolve4(name, { ttl: true })
        : await resolver.resolve6(name, { ttl: true })
    } catch (error) {
      const code = codeOf(error)
      if (nothing.includes(code)) return []
      throw new Error(reasons[code] ?? 'the DNS server failed', { cause: error })
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  }
}

const reasons: Readonly<Record<string, string>> = {
  ETIMEOUT: 'no DNS server answers',
  ECANCELLED: 'no DNS server answers in time',
  ABORT_ERR: 'no DNS server answers in time',
  ECONNREFUSED: 'no DNS server can be reached',
  EREFUSED: 'the DNS server refuses to say',
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

const freshMs = 10_000

/** The files as they are now, read every few seconds at most. */
export function machineRules(clock: Clock): () => NameRules {
  let read: { rules: NameRules; atMs: number } | undefined
  return () => {
    const nowMs = clock.monotonicMs()
    if (!read || nowMs - read.atMs > freshMs)
      read = {
        rules: readNameRules(contentOf('/etc/hosts'), contentOf('/etc/resolv.conf')),
        atMs: nowMs,
      }
    return read.rules
  }
}

/** A machine without the file has no such rules. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
