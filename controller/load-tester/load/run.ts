/** Sends the load of a plan, and counts what comes of it. */
import type { Clock } from '../../../src/io/clock.ts'
import type { LoadPlan } from '../../../src/load/plan.ts'
import { createTally, type LoadResult, type Tally } from '../../../src/load/tally.ts'
import { requestBytes } from '../../../src/load/wire.ts'
import { createHttp1Sender } from './http1.ts'
import { http2Senders } from './http2.ts'
import type { Route, Sender } from './sender.ts'

export interface LoadDeps extends Route {
  clock: Clock
  /** Ends it at once. */
  signal: AbortSignal
}

/** How often is looked for requests that take too long. */
const sweepMs = 250
/** After a failure: who cannot be reached is not asked in a loop. */
const afterFailureMs = 100
/** What a worker is late it makes up for, as long as it is no more than this. */
const mostLateMs = 50

interface Shared extends LoadDeps {
  plan: LoadPlan
  tally: Tally
  startMs: number
  isOver(): boolean
}

interface Worker {
  done: Promise<void>
  /** The load is over: nothing new is sent. */
  end(): void
  /** Nothing is waited for. */
  stop(): void
  sweep(nowMs: number): void
}

/** Resolves when the plan is fulfilled, or at once when it is stopped; never rejects. */
export async function runLoad(plan: LoadPlan, deps: LoadDeps): Promise<LoadResult> {
  const { clock, signal } = deps
  const tally = createTally()
  const startMs = clock.monotonicMs()
  let isOver = signal.aborted
  const newSender = senders(plan, deps)
  const shared: Shared = { ...deps, plan, tally, startMs, isOver: () => isOver }
  const workers = Array.from({ length: plan.workers }, (_, index) =>
    createWorker(shared, newSender(), index),
  )
  const end = (how: 'end' | 'stop') => {
    isOver = true
    for (const worker of workers) worker[how]()
  }
  const stop = () => end('stop')
  signal.addEventListener('abort', stop, { once: true })
  const cancelEnd =
    plan.durationMs === undefined ? () => {} : clock.after(plan.durationMs, () => end('end'))
  const cancelSweeps = every(clock, sweepMs, () => {
    const nowMs = clock.monotonicMs()
    for (const worker of workers) worker.sweep(nowMs)
  })
  await Promise.all(workers.map(({ done }) => done))
  cancelEnd()
  cancelSweeps()
  signal.removeEventListener('abort', stop)
  return tally.result(clock.monotonicMs() - startMs)
}

/** HTTP/2 is agreed on with TLS, and only there. */
function senders(plan: LoadPlan, route: Route): () => Sender {
  if (plan.isHttp2 && plan.url.protocol === 'https:') return http2Senders(plan, route)
  const bytes = requestBytes(plan)
  return () => createHttp1Sender(plan, bytes, route)
}

function createWorker(
  { plan, clock, tally, startMs, isOver }: Shared,
  sender: Sender,
  index: number,
): Worker {
  const periodMs = plan.ratePerWorker === 0 ? 0 : 1000 / plan.ratePerWorker
  let left = plan.requests === undefined ? Number.POSITIVE_INFINITY : plan.requests / plan.workers
  // One after the other, and not all at once.
  let dueMs = startMs + (periodMs * index) / plan.workers
  let sentMs: number | undefined
  let isFinished = false
  let cancelWait: (() => void) | undefined
  let resolve: () => void = () => {}
  const done = new Promise<void>((settle) => {
    resolve = settle
  })

  function finish(): void {
    if (isFinished) return
    isFinished = true
    cancelWait?.()
    sender.close()
    resolve()
  }
  function wait(ms: number): void {
    cancelWait = clock.after(ms, () => {
      cancelWait = undefined
      next()
    })
  }
  function next(): void {
    const nowMs = clock.monotonicMs()
    if (isOver() || left === 0) finish()
    else if (nowMs < dueMs) wait(dueMs - nowMs)
    else send(nowMs)
  }
  function send(nowMs: number): void {
    if (periodMs > 0) dueMs = Math.max(dueMs, nowMs - mostLateMs) + periodMs
    left -= 1
    sentMs = nowMs
    sender.send((outcome) => {
      sentMs = undefined
      if ('error' in outcome) {
        tally.failed(outcome.error)
        return isOver() ? finish() : wait(afterFailureMs)
      }
      tally.answered(outcome.status, clock.monotonicMs() - nowMs, outcome.bytes)
      next()
    })
  }
  next()
  return {
    done,
    end: () => cancelWait && finish(),
    stop: finish,
    sweep(nowMs) {
      if (sentMs === undefined || plan.timeoutMs === 0 || nowMs - sentMs < plan.timeoutMs) return
      sender.abort(`no answer within ${plan.timeoutMs / 1000} s`)
    },
  }
}

function every(clock: Clock, ms: number, act: () => void): () => void {
  let cancel = clock.after(ms, again)
  function again(): void {
    act()
    cancel = clock.after(ms, again)
  }
  return () => cancel()
}
