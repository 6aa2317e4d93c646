/** The adapter of the port for credentials: fetched once, kept while they last, renewed in time. */
import { createHash } from 'node:crypto'
import { ProviderError } from '../../errors.ts'
import { awsKeys } from './aws.ts'
import type { CredentialSource, Credentials, CredentialsWanted, Lease } from './credentials.ts'
import { googleToken } from './google.ts'
import type { Surroundings } from './surroundings.ts'

/** Renewed that long before their end, so that none ends on its way. */
const marginMs = 5 * 60_000
/** Of so many Secrets; whoever was kept the longest goes first. */
const mostKept = 200

/**
 * A source that keeps credentials until shortly before their end, and fetches each of them once
 * however many ask at the same time.
 */
export function createCredentials(around: Surroundings): CredentialSource {
  const kept = new Map<string, Lease>()
  const underWay = new Map<string, Promise<Credentials>>()
  const dated = (credentials: Credentials) => ({ ...credentials, at: around.clock.now() })
  const nowMs = () => around.clock.now().getTime()

  async function fetched(key: string, wanted: CredentialsWanted): Promise<Credentials> {
    const old = kept.get(key)
    try {
      const lease = await fetchers[wanted.cloud](wanted, around)
      kept.delete(key)
      if (lease.untilMs !== undefined) kept.set(key, lease)
      for (const [oldest] of kept) if (kept.size > mostKept) kept.delete(oldest)
      return lease.credentials
    } catch (error) {
      // What is still valid serves while those who renew it are away.
      if (old?.untilMs !== undefined && old.untilMs > nowMs()) return old.credentials
      throw error
    }
  }

  return (wanted, signal) => {
    const key = keyOf(wanted)
    const { credentials, untilMs = 0 } = kept.get(key) ?? {}
    const isGood = credentials && untilMs - marginMs > nowMs() && !isRefused(credentials, wanted)
    if (isGood) return Promise.resolve(dated(credentials))
    let fetching = underWay.get(key)
    if (!fetching) {
      fetching = fetched(key, wanted).finally(() => underWay.delete(key))
      underWay.set(key, fetching)
    }
    return unlessGivenUp(fetching.then(dated), signal)
  }
}

/** Keys may be taken back before their end. */
function isRefused(credentials: Credentials, { refused }: CredentialsWanted): boolean {
  return refused === (credentials.cloud === 'aws' ? credentials.accessKeyId : credentials.token)
}

const fetchers = { aws: awsKeys, gcp: googleToken }

/** Not the Secret itself: what is kept in memory is as little as possible. */
function keyOf({ cloud, secret, region = '' }: CredentialsWanted): string {
  const text = JSON.stringify([cloud, region, Object.entries(secret).sort()])
  return createHash('sha256').update(text).digest('base64')
}

/** Others may wait for the same credentials: who gives up leaves them to be fetched. */
function unlessGivenUp<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new ProviderError('given up'))
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
  })
}
