/** What a tick needs, and what it comes to. */
import type { Deps, Memory } from '../process/deps.ts'
import type { Identity } from './on-canary.ts'

/** When to look again, on the clock that only grows; undefined waits for a change. */
export interface Tick {
  wakeMs?: number | undefined
  /** A paced step was taken: until then only what others do matters, and none of its own writes. */
  isWaiting?: boolean
  gone?: boolean
}

export interface Reconciler {
  deps: Deps
  identity: Identity
  /** What the process remembers of a canary, made at the first look; `key` is the queue's. */
  memoryOf(key: string): Memory
}
