/** A canary that does not move: left alone, or waiting for something. Pure. */
import { type Life, unknownLife } from './life.ts'
import type { Health, Summary } from './summary.ts'
import {
  awaitedPrimary,
  complaintOf,
  missingTarget,
  postponedOf,
  turnOf,
  type Waiting,
  waitOf,
} from './waits.ts'

interface HeldUp {
  waitsFor: string | null
  health: Health
  controller: {
    stale: boolean
    alive: boolean | null
    lease: { name: string; renewedAt: string | null } | null
    why: string | null
  }
}

/** What waits at a gate says so, and how it is opened, before what will be missed after that. */
function waitAtRest(seen: Waiting, { health }: Summary): string | null {
  const missing = health === 'waiting' ? null : missingTarget(seen)
  return missing ?? turnOf(seen) ?? awaitedPrimary(seen)
}

/**
 * A status that did not change says little: a healthy controller writes none while pods start. Its
 * lease tells whether it lives; where nothing does, a canary that is overdue and waits for nothing
 * visible counts as left alone.
 */
export function heldUp(seen: Waiting & { life?: Life | undefined }, summary: Summary): HeldUp {
  const isMoving = summary.health === 'moving' || summary.health === 'stale'
  const wait = postponedOf(seen) ?? (isMoving ? waitOf(seen) : waitAtRest(seen, summary))
  const waitsFor = wait ?? (summary.stale ? complaintOf(seen) : null)
  const { alive, lease, renewedAt, why } = seen.life ?? unknownLife
  const isAtWork = isMoving || summary.health === 'waiting'
  const stale = alive === null ? summary.stale && waitsFor === null : !alive && isAtWork
  const health = stale ? 'stale' : summary.health === 'stale' ? 'moving' : summary.health
  const named = lease === null ? null : { name: lease, renewedAt }
  return { waitsFor, health, controller: { stale, alive, lease: named, why } }
}
