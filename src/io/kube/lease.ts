/** Elects one leader among the replicas by a Lease, as client-go does. */
import { KubeError } from '../../errors.ts'
import type { KubeObject, ObjectRef } from '../../objects.ts'
import type { Clock } from '../clock.ts'
import { createDeadline, pause } from '../deadline.ts'
import type { Log } from '../log.ts'
import type { Kube } from './kube.ts'

/** As Flagger calls it: where both run, one of them leads. */
export const leaseName = 'flagger-leader-election'

export interface LeaderOptions {
  kube: Kube
  clock: Clock
  /** Answers a number in [0, 1). */
  random: () => number
  log: Log
  namespace: string
  name: string
  /** Names this replica, such as `<hostname>_<uuid>`. */
  identity: string
  /** How long others wait for a leader that is silent. */
  leaseDurationMs?: number
  /** How long a leader tries to renew before it gives up; shorter than the lease. */
  renewDeadlineMs?: number
  retryPeriodMs?: number
  /** Called once, when this replica leads. */
  onStarted(): void
  /** Called once, when it leads no more; `why` is a sentence. Not called by `stop`. */
  onLost(why: string): void
}

export interface LeaderElection {
  /** Whether this replica leads, as far as it knows; see `mayAct`. */
  isLeader(): boolean
  /**
   * Whether it leads, and its lease is good for as long as a request may take. False after the
   * process was stopped for longer, until the lease is renewed or lost.
   */
  mayAct(): boolean
  /** Who leads as far as is known; empty when nobody does. */
  leader(): string
  /** Ends the election, and gives the lease back so that another replica takes over at once. */
  stop(): Promise<void>
}

interface LeaseSpec {
  holderIdentity?: string
  leaseDurationSeconds?: number
  acquireTime?: string
  renewTime?: string
  leaseTransitions?: number
}

interface Lease extends KubeObject {
  spec?: LeaseSpec
}

const defaultLeaseMs = 60_000

/** Begins to stand for election. It ends when leadership is lost: then the process should too. */
export function electLeader(options: LeaderOptions): LeaderElection {
  const { clock, identity, log, retryPeriodMs = 5_000, renewDeadlineMs = 15_000 } = options
  const { leaseDurationMs = defaultLeaseMs } = options
  const stopped = new AbortController()
  const ledger = createLedger(options)
  let isLeading = false
  let complaint = ''

  /** One try, whose failure is a line in the log and a "no". */
  async function take(signal: AbortSignal): Promise<boolean> {
    try {
      const taken = await ledger.take(signal)
      complaint = ''
      return taken
    } catch (error) {
      complain(error)
      return false
    }
  }

  function complain(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    if (stopped.signal.aborted || message === complaint) return
    complaint = message
    const isForbidden = error instanceof KubeError && error.status === 403
    const remedy = isForbidden
      ? '; let its service account get, create and update leases of coordination.k8s.io'
      : ''
    log.error(
      { lease: options.name, reason: message },
      `leader election fails: ${message}${remedy}`,
    )
  }

  async function acquire(): Promise<boolean> {
    while (!stopped.signal.aborted) {
      const deadline = createDeadline(clock, renewDeadlineMs, stopped.signal)
      const taken = await take(deadline.signal)
      deadline.end()
      if (taken) return true
      // Spread, so that contenders do not meet at every try.
      await pause(clock, retryPeriodMs * (1 + options.random() * 1.2), stopped.signal)
    }
    return false
  }

  /** Renews until that fails for too long, or somebody else holds the lease; answers why. */
  async function hold(): Promise<string> {
    for (;;) {
      await pause(clock, retryPeriodMs, stopped.signal)
      if (stopped.signal.aborted) return ''
      const deadline = createDeadline(clock, renewDeadlineMs, stopped.signal)
      const isRenewed = await renew(deadline.signal)
      deadline.end()
      if (!isRenewed && !stopped.signal.aborted) return whyLost()
    }
  }

  /** Tries until the signal aborts or the lease is lost for certain. */
  async function renew(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      if (await take(signal)) return true
      if (isTaken()) return false
      await pause(clock, retryPeriodMs, signal)
    }
    return false
  }

  function isTaken(): boolean {
    const holder = ledger.holder()
    return holder !== identity && holder !== ''
  }

  function whyLost(): string {
    return isTaken()
      ? `${ledger.holder()} holds the lease now`
      : `the lease could not be renewed within ${renewDeadlineMs / 1000} s`
  }

  async function run(): Promise<void> {
    if (!(await acquire())) return
    isLeading = true
    log.info({ lease: options.name, identity }, 'leading')
    options.onStarted()
    const why = await hold()
    isLeading = false
    if (why !== '') options.onLost(why)
    else await ledger.release().catch(complainOfRelease)
  }

  function complainOfRelease(error: unknown): void {
    log.warn({ err: error, lease: options.name }, 'the lease could not be given back')
  }

  const running = run()
  return {
    isLeader: () => isLeading,
    mayAct: () =>
      isLeading && clock.monotonicMs() - ledger.heldMs() < leaseDurationMs - renewDeadlineMs,
    leader: () => ledger.holder(),
    async stop() {
      stopped.abort()
      await running
    },
  }
}

interface Ledger {
  /** True when the lease is ours now, with the time of this moment. */
  take(signal: AbortSignal): Promise<boolean>
  release(): Promise<void>
  holder(): string
  /** When it was last asked for with success, on the clock that only grows. */
  heldMs(): number
}

/** Reads and writes the Lease. */
function createLedger(options: LeaderOptions): Ledger {
  const { kube, clock, namespace, name, identity, leaseDurationMs = defaultLeaseMs } = options
  const ref: ObjectRef = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name }
  let seen: Lease | undefined
  let seenVersion: string | undefined
  let seenAt = 0
  let heldMs = Number.NEGATIVE_INFINITY

  /** Clocks of other replicas are not trusted: what counts is when we saw the lease change. */
  function observe(lease: Lease): void {
    seen = lease
    if (lease.metadata.resourceVersion === seenVersion) return
    seenVersion = lease.metadata.resourceVersion
    seenAt = clock.monotonicMs()
  }

  function isHeldByOther({ spec = {} }: Lease): boolean {
    const { holderIdentity = '', leaseDurationSeconds = leaseDurationMs / 1000 } = spec
    if (holderIdentity === '' || holderIdentity === identity) return false
    return clock.monotonicMs() < seenAt + leaseDurationSeconds * 1000
  }

  function claimed(spec: LeaseSpec = {}): LeaseSpec {
    const now = microTime(clock.now())
    const isOurs = spec.holderIdentity === identity
    return {
      holderIdentity: identity,
      leaseDurationSeconds: leaseDurationMs / 1000,
      acquireTime: (isOurs && spec.acquireTime) || now,
      renewTime: now,
      leaseTransitions: (spec.leaseTransitions ?? 0) + (isOurs || !spec.holderIdentity ? 0 : 1),
    }
  }

  async function write(lease: Lease | undefined, signal: AbortSignal): Promise<boolean> {
    const { apiVersion, kind } = ref
    // Others count from when they see the write, which is later.
    const askedMs = clock.monotonicMs()
    try {
      observe(
        lease
          ? await kube.replace<Lease>({ ...lease, spec: claimed(lease.spec) }, { signal })
          : await kube.create<Lease>(
              { apiVersion, kind, metadata: { namespace, name }, spec: claimed() },
              { signal },
            ),
      )
      heldMs = askedMs
      return true
    } catch (error) {
      // Another replica was faster; the next try sees what it wrote.
      if (error instanceof KubeError && error.status === 409) return false
      throw error
    }
  }

  return {
    holder: () => seen?.spec?.holderIdentity ?? '',
    heldMs: () => heldMs,
    async take(signal) {
      const lease = await kube.get<Lease>(ref, signal)
      if (lease) observe(lease)
      return lease && isHeldByOther(lease) ? false : write(lease, signal)
    },
    async release() {
      if (seen?.spec?.holderIdentity !== identity) return
      const now = microTime(clock.now())
      const spec = { ...seen.spec, holderIdentity: '', leaseDurationSeconds: 1, renewTime: now }
      observe(await kube.replace<Lease>({ ...seen, spec }))
    },
  }
}

/** Six digits behind the point, as the API server wants them here. */
function microTime(date: Date): string {
  return date.toISOString().replace('Z', '000Z')
}
