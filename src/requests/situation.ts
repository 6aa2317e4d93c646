/**
 * What a request is fitted to. The controller sees it in the cluster, the plugin in the object and
 * its status; the rows judge both alike.
 */
import type { Phase } from '../canary/api.gen.ts'
import type { Canary } from '../canary/canary.ts'
import type { Requests } from './fields.ts'

export interface Situation {
  canary: Canary
  phase: Phase
  /** The target holds what was neither promoted nor tried: a run is about to start. */
  isChanged: boolean
  /** The run waits at a gate, or is paused. */
  isHeld: boolean
  isPaused: boolean
  /** Share of the traffic that the canary gets, percent. */
  weight: number
  /** The analysis as the provider is able to run it. */
  strategy: Canary['strategy']
  iterations: number
  /** Whether the provider moves any traffic to the canary before the promotion. */
  movesTraffic: boolean
  /** The primary is missing, so that a promotion has no end to wait for. */
  isPrimaryGone: boolean
  /** All that the object asks for. */
  pending: Requests
}
