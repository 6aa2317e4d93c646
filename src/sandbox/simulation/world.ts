/** What the parts of the simulation are given. */
import type { Clock } from '../../io/clock.ts'
import type { KubeObject } from '../../objects.ts'
import type { Store } from '../api/store.ts'
import type { Children } from './children.ts'
import type { Pod } from './objects.ts'

export interface SimulationOptions {
  clock: Clock
  /** Milliseconds from a pod's creation until it is ready. */
  startupMs: number
  /** Images that start but never become ready; a substring is enough. */
  brokenImages?: readonly string[]
}

/** Everything a part of the simulation works with. */
export interface World {
  store: Store
  options: SimulationOptions
  now(): Date
  /** Looks at an object again then, in place of what was planned for it before. */
  again(object: KubeObject, ms: number): void
  children: Pick<Children, 'of'>
  /** Pods that have one of these labels. */
  podsWith(namespace: string, labels: Readonly<Record<string, string>>): Pod[]
  /** An IP address that no pod has yet. */
  nextAddress(): string
}
