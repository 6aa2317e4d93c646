/** Watches wake the queue, the queue runs ticks; nothing else starts one. */
import type { CanaryResource } from '../../src/canary/api.gen.ts'
import { type Canary, parseCanary } from '../../src/canary/canary.ts'
import { isRunning } from '../../src/canary/phases.ts'
import type { ChangeListener } from '../../src/io/kube/cache/cache.ts'
import { resourceKind } from '../../src/known-kinds.ts'
import type { KubeObject } from '../../src/objects.ts'
import { isRoutine } from '../../src/scalers/news.ts'
import { budgetKind } from '../../src/workloads/copied/budgets.ts'
import { isOrdered } from '../asking/interrupt.ts'
import { isBudgetOf } from '../observe/budgets.ts'
import { canaryRef } from '../observe/observe.ts'
import { createMemory, type Deps, type Memory } from '../process/deps.ts'
import { createOwnNews, type OwnNews } from '../queue/own-news.ts'
import { Queue } from '../queue/queue.ts'
import { noteSentAlerts } from './note-sent-alerts.ts'
import type { Identity } from './on-canary.ts'
import { reconcile } from './reconcile.ts'
import type { Tick } from './tick.ts'

export interface Loop {
  /** Starts to act on what the cache holds, a little spread over time. */
  start(): Promise<void>
  /** Takes no more ticks; resolves when those that run have ended. */
  stop(): Promise<void>
  /** At the end, once nothing is sent any more: notes what was, for the process that comes next. */
  noteSentAlerts(): Promise<void>
}

export interface LoopOptions {
  identity: Identity
  /** Ticks at the same time, those that wait for hooks and metric servers left out. */
  concurrency: number
  /** First ticks after a start are spread over this many milliseconds for each canary, ... */
  spreadMs: number
  /** ... but over no more than this. */
  longestSpreadMs: number
}

const canaryKind = resourceKind({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary' })
const releaseMs = 60_000

/** Plans nothing before `start`; what the cache hears until then is found by the first look. */
export function createLoop(deps: Deps, options: LoopOptions): Loop {
  const memories = new Map<string, Memory>()
  const known = new Map<string, Canary>()
  /** Of the canaries that are being looked at, what is heard meanwhile. */
  const news = new Map<string, OwnNews>()
  let acting = false
  let stopListening = () => {}
  let releasedMs = 0
  // A replica that waited for its turn begins when it leads.
  let { startedAt, startedMs } = deps

  const queue = new Queue({
    clock: deps.clock,
    concurrency: options.concurrency,
    async work(key, lateMs, outside) {
      deps.metrics.lag(lateMs / 1000)
      const http = deps.shares.of(key.slice(0, key.indexOf('/')), deps.http)
      const { heard, tick } = await listened(key, ({ wrote }) => {
        const own = { startedAt, startedMs, outside, http, wrote, wake: () => wake(key) }
        const of = { deps: { ...deps, ...own }, identity: options.identity, memoryOf }
        return reconcile(key, of)
      })
      plan(key, tick, heard)
      releaseInTime()
    },
  })

  async function listened(key: string, work: (heard: OwnNews) => Promise<Tick>) {
    const heard = createOwnNews()
    news.set(key, heard)
    const tick = await work(heard).finally(() => news.delete(key))
    return { heard, tick }
  }

  /** What others did meanwhile was not seen; what the look wrote is no news to one that only waits. */
  function plan(key: string, { gone, wakeMs, isWaiting }: Tick, heard: OwnNews): void {
    if (gone) leave(key)
    else if (wakeMs !== undefined) queue.add(key, wakeMs)
    const others = heard.firstOfOthers()
    if (others !== undefined) queue.add(key, others)
    else if (heard.hasWritten() && !isWaiting) wake(key)
  }

  function memoryOf(key: string): Memory {
    const memory = memories.get(key) ?? createMemory()
    memories.set(key, memory)
    return memory
  }

  /** One of the same name that came meanwhile waits in the queue, and remembers nothing. */
  function leave(key: string): void {
    if (deps.cache.get(canaryRef(key))) memories.delete(key)
    else forget(key)
  }

  function forget(key: string): void {
    const canary = known.get(key)
    if (canary) deps.metrics.forget(canary)
    known.delete(key)
    memories.delete(key)
    queue.drop(key)
    if (isOn(canary)) wakeQueued()
    release()
    count()
  }

  /** Lets go of contents that no canary needs any more. */
  function release(): void {
    releasedMs = deps.clock.monotonicMs()
    deps.contents.retain((ref) => deps.cache.ownersOf(ref).length > 0)
  }

  /** Targets stop using ConfigMaps and Secrets while their canaries stay: looked after now and then. */
  function releaseInTime(): void {
    if (deps.clock.monotonicMs() - releasedMs >= releaseMs) release()
  }

  function note(object: KubeObject): void {
    const key = keyOf(object)
    const { canary } = parseCanary(object, deps.settings.defaults)
    const before = known.get(key)
    // Another one of the same name: nothing was said of it yet, and nothing done.
    const isAnother = before?.metadata.uid !== canary.metadata.uid
    if (isAnother) memories.delete(key)
    warnOfOldName(before, canary)
    if (before) deps.metrics.replace(before, canary)
    known.set(key, canary)
    if (isOn(before) && !isOn(canary)) wakeQueued()
    deps.metrics.phase(canary, canary.status.phase ?? '')
    deps.metrics.run(canary)
    // Of hundreds each changes every few seconds, and their number does not.
    if (!before) count()
  }

  /** What was made under the old name stays, and may still be routed to. */
  function warnOfOldName(before: Canary | undefined, { label, names, metadata }: Canary): void {
    if (before?.metadata.uid !== metadata.uid || before?.names.apex === names.apex) return
    deps.log.warn(
      { canary: label },
      `The service name changed to ${names.apex}, ` +
        `remove ${before?.names.apex} objects to avoid routing conflicts`,
    )
  }

  function count(): void {
    const perNamespace = new Map<string, number>()
    for (const { namespace } of known.values())
      perNamespace.set(namespace, (perNamespace.get(namespace) ?? 0) + 1)
    deps.metrics.canaries(perNamespace)
  }

  function wake(key: string): void {
    if (acting) queue.add(key)
  }

  /** The object changed, or is gone. */
  function wakeBy(key: string, object: KubeObject | undefined): void {
    const heard = object && news.get(key)
    if (heard) heard.heard(object, deps.clock.monotonicMs())
    else wake(key)
  }

  /** What a person asks for goes before what nobody waits for. */
  function wakeByCanary(key: string, object: KubeObject | undefined, before?: KubeObject): void {
    if (acting && isOrdered(object, before)) queue.hasten(key)
    else wakeBy(key, object)
  }

  /** Those whose pods a budget is about, which was made, edited or deleted. */
  function wakeProtected(versions: readonly (KubeObject | undefined)[]): void {
    const budgets = versions.filter((version) => version !== undefined)
    for (const [key, canary] of known)
      if (budgets.some((budget) => isBudgetOf(budget, canary, deps.cache))) wake(key)
  }

  /** A place is free, for one of those that wait for it. */
  function wakeQueued(): void {
    for (const [key, { status }] of known) if (status.queued) wake(key)
  }

  const hear: ChangeListener = (ref, object, previous, source) => {
    if (ref.kind === 'Canary') {
      const key = `${ref.namespace}/${ref.name}`
      if (object) note(object)
      if (isWorthALook(object, previous, source)) wakeByCanary(key, object, previous)
      return
    }
    if (object && previous && isRoutine(object, previous)) return
    if (ref.kind === budgetKind.kind && source === 'watch') wakeProtected([object, previous])
    for (const owner of deps.cache.ownersOf(ref)) wakeBy(owner, object)
  }

  return {
    async start() {
      acting = true
      startedAt = deps.clock.now()
      startedMs = deps.clock.monotonicMs()
      stopListening = deps.cache.onChange(hear)
      const all = deps.cache.list<CanaryResource>(canaryKind)
      const spread = Math.min(options.longestSpreadMs, options.spreadMs * all.length)
      for (const canary of all) {
        note(canary)
        const delay = deps.random() * spread
        queue.add(keyOf(canary), startedMs + delay)
      }
    },
    async stop() {
      acting = false
      stopListening()
      await queue.stop()
    },
    async noteSentAlerts() {
      await Promise.all([...memories].map(([key, memory]) => noteSentAlerts(key, deps, memory)))
    },
  }
}

function isOn(canary: Canary | undefined): boolean {
  return isRunning(canary?.status.phase ?? '')
}

/** Our own status write is a reason to go on, a bare echo of it through the watch is none. */
function isWorthALook(
  object: KubeObject | undefined,
  previous: KubeObject | undefined,
  source: 'watch' | 'write',
): boolean {
  if (!object || !previous || source === 'write') return true
  return object.metadata.resourceVersion !== previous.metadata.resourceVersion
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`
}
