/** A rehearsal: what is played on an embedded cluster, and what comes of it. */
import type { KubeObject } from '../objects.ts'
import type { Played } from './simulate.ts'
import type { Manifest } from './stage.ts'
import type { Version } from './traffic.ts'

export interface Rehearsal {
  canary: Manifest
  /** What it refers to: target, templates, autoscaler, routes. Others are left out. */
  around: readonly KubeObject[]
  /** Our own definitions. */
  definitions: readonly KubeObject[]
  /** How the versions answer, and who asks them. */
  primary: Version
  fresh: Version
  usersPerSecond: number
  testsPerSecond: number
  /** Share of the users who meet the conditions of an A/B test, 0 to 1. */
  matching: number
  podReadyMs: number
  /** Equal seeds, equal requests. */
  seed: number
  signal: AbortSignal
}

export interface Rehearsed extends Played {
  /** What was taken for granted, one sentence each. */
  assumed: string[]
}

/** Why it can't be played, one sentence. */
export interface Refused {
  refused: string
}

/** Plays it with the controller as it is; whoever starts the plugin brings it. */
export type Rehearse = (of: Rehearsal) => Promise<Rehearsed | Refused>
