/** What a tick needs, and what it comes to. */
import type { Deps, Memory } from '../process/deps.ts'
import type { Identity } from './on-canary.ts'

/** When to look again, on the clock that only grows; undefined waits for a change. */
export interface Tick {
  wakeMs?: number | undefined
  gone?: boolean
}

export interface Reconciler {
  deps: Deps
  identity: Identity
  memoryOf(key: string): Memory
}
