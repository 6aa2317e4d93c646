/** Writes Kubernetes events about objects: in order, without holding anybody up, within limits. */

import { KubeError, StandbyError } from '../../errors.ts'
import { putLatest } from '../../latest.ts'
import type { KubeObject, ObjectRef } from '../../objects.ts'
import { stamp } from '../../stamp.ts'
import type { Clock } from '../clock.ts'
import { pause } from '../deadline.ts'
import type { Log } from '../log.ts'
import { isFull, type PendingEvent, push } from './event-queue.ts'
import type { Kube } from './kube.ts'

export type EventType = 'Normal' | 'Warning'

export interface EventRecorder {
  /** Never throws and never waits; a failure is a line in the log. */
  event(regarding: KubeObject, type: EventType, message: string): void
  /** Sends what waits, limits aside, and resolves when all of it went out or failed. */
  flush(): Promise<void>
}

export interface RecorderOptions {
  kube: Kube
  clock: Clock
  log: Log
  component?: string
  /** Events about one object that may go out at once. */
  burst?: number
  /** After that, one in this time; of those that wait meanwhile only the newest is kept. */
  paceMs?: number
}

interface Written {
  ref: ObjectRef
  count: number
}

/** The events about one object. */
interface Lane {
  queue: PendingEvent[]
  /** What was written, by type and message: a repetition counts that event up. */
  written: Map<string, Written>
  tokens: number
  filledAt: number
  running: Promise<void> | undefined
  wake: AbortController
}

const retryMs = 10_000
const mostTries = 12
/** The API server takes names of 253 characters; a stamp has 16. */
const longestPrefix = 236
/** Events of distinct texts that are remembered of one object. */
const mostWritten = 64

/**
 * A recorder of events with reason `Synced`, Flagger's. Unlike the stock recorder it folds no
 * distinct messages into one and never drops the last word about an object.
 */
export function createEventRecorder(options: RecorderOptions): EventRecorder {
  const { clock, log, burst = 25, paceMs = 10_000 } = options
  const lanes = new Map<string, Lane>()
  const write = createWriter(options)
  let isFlushing = false
  let hasComplained = false

  function laneOf({ kind, metadata }: KubeObject): Lane {
    const key = metadata.uid ?? `${kind}/${metadata.namespace}/${metadata.name}`
    const lane = lanes.get(key) ?? {
      queue: [],
      written: new Map(),
      tokens: burst,
      filledAt: clock.monotonicMs(),
      running: undefined,
      wake: new AbortController(),
    }
    lanes.delete(key)
    lanes.set(key, lane)
    return lane
  }

  /** Milliseconds until the lane may send; takes the right to send when that is now. */
  function waitFor(lane: Lane): number {
    if (isFlushing) return 0
    const now = clock.monotonicMs()
    const earned = Math.floor((now - lane.filledAt) / paceMs)
    lane.tokens = Math.min(burst, lane.tokens + earned)
    lane.filledAt = lane.tokens === burst ? now : lane.filledAt + earned * paceMs
    if (lane.tokens === 0) return lane.filledAt + paceMs - now
    lane.tokens -= 1
    return 0
  }

  async function drain(lane: Lane): Promise<void> {
    for (;;) {
      if (lane.queue.length === 0) return
      const wait = waitFor(lane)
      if (wait > 0) {
        // Over the limit only the newest is worth its place; it may still be replaced.
        lane.queue = lane.queue.slice(-1)
        await pause(clock, wait, lane.wake.signal)
        lane.queue = lane.queue.slice(-1)
        continue
      }
      const next = lane.queue.shift()
      if (next) await deliver(lane, next)
    }
  }

  async function deliver(lane: Lane, event: PendingEvent): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await write(lane, event)
        hasComplained = false
        return
      } catch (error) {
        complain(error, event)
        if (tries === mostTries || isFlushing || !isTransient(error)) return
        await pause(clock, retryMs, lane.wake.signal)
      }
    }
  }

  function complain(error: unknown, { regarding, message }: PendingEvent): void {
    if (hasComplained) return
    hasComplained = true
    const { namespace, name } = regarding.metadata
    const reason = error instanceof Error ? error.message : String(error)
    log.warn({ object: `${namespace}/${name}`, event: message, reason }, 'events cannot be written')
  }

  function start(lane: Lane): void {
    lane.running ??= drain(lane).finally(() => {
      lane.running = undefined
      prune(lanes, clock)
    })
  }

  return {
    event(regarding, type, message) {
      const lane = laneOf(regarding)
      const isCrowded = isFull([...lanes.values()].map(({ queue }) => queue.length))
      lane.queue = push(
        lane.queue,
        { regarding, type, message, at: clock.now(), times: 1 },
        isCrowded,
      )
      start(lane)
    },
    async flush() {
      isFlushing = true
      for (const { wake } of lanes.values()) wake.abort()
      while ([...lanes.values()].some(({ running }) => running))
        await Promise.all([...lanes.values()].map(({ running }) => running))
      for (const lane of lanes.values()) lane.wake = new AbortController()
      isFlushing = false
    },
  }
}

/** Writes one event: a new one, or the count of one that is there. */
function createWriter({ kube, clock, component = 'flagger' }: RecorderOptions) {
  let lastStamp = 0n

  /** Names sort by time, also within one millisecond. */
  function nextName(name: string): string {
    const now = BigInt(clock.now().getTime()) * 1_000_000n
    lastStamp = now > lastStamp ? now : lastStamp + 1n
    return `${name.slice(0, longestPrefix).replace(/[^a-z\d]+$/, '')}.${lastStamp.toString(16)}`
  }

  async function count(written: Written, event: PendingEvent): Promise<boolean> {
    const body = { count: written.count + event.times, lastTimestamp: stamp(event.at) }
    try {
      await kube.patch(written.ref, body, { type: 'merge' })
      written.count = body.count
      return true
    } catch (error) {
      // Events live for an hour; this one is gone.
      if (error instanceof KubeError && error.status === 404) return false
      throw error
    }
  }

  return async (lane: { written: Map<string, Written> }, event: PendingEvent): Promise<void> => {
    const key = `${event.type} ${event.message}`
    const before = lane.written.get(key)
    if (before && (await count(before, event))) return
    // The name is settled before the first try, so that a second one cannot write it twice.
    event.name ??= nextName(event.regarding.metadata.name)
    const object = eventObject(event, event.name, component)
    const { apiVersion, kind, metadata } = object
    try {
      await kube.create(object)
    } catch (error) {
      if (!(error instanceof KubeError) || error.reason !== 'AlreadyExists') throw error
    }
    const written = { ref: { apiVersion, kind, ...metadata }, count: event.times }
    putLatest(lane.written, key, written, mostWritten)
  }
}

function eventObject(event: PendingEvent, name: string, component: string) {
  const { apiVersion, kind, metadata } = event.regarding
  const { namespace = 'default', uid, resourceVersion } = metadata
  const at = stamp(event.at)
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace },
    involvedObject: { apiVersion, kind, namespace, name: metadata.name, uid, resourceVersion },
    reason: 'Synced',
    message: shortened(event.message),
    source: { component },
    reportingComponent: component,
    reportingInstance: '',
    type: event.type,
    firstTimestamp: at,
    lastTimestamp: at,
    count: event.times,
  }
}

/** The API server takes at most 1024 bytes. */
function shortened(message: string): string {
  if (Buffer.byteLength(message) <= 1024) return message
  return `${new TextDecoder().decode(Buffer.from(message).subarray(0, 1018)).replace(/\uFFFD$/, '')}…`
}

function isTransient(error: unknown): boolean {
  if (error instanceof StandbyError) return true
  if (!(error instanceof KubeError)) return false
  return error.status === 0 || error.status === 429 || error.status >= 500
}

/** Forgets objects without news for an hour, when their events are gone from the cluster too. */
function prune(lanes: Map<string, Lane>, clock: Clock): void {
  const old = clock.monotonicMs() - 3_600_000
  for (const [key, lane] of lanes) {
    if (lane.filledAt > old) return
    if (!lane.running && lane.queue.length === 0) lanes.delete(key)
  }
}
