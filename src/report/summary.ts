/** What a Canary's status says about it, in the words that people are shown. Pure. */

import type { CanaryStatus, Gate } from '../canary/api.gen.ts'
import type { Canary, Phase } from '../canary/canary.ts'
import { controllerOf } from '../canary/names/controller-identity.ts'
import { isUnderWay } from '../canary/phases.ts'
import { readRequests } from '../requests/request.ts'
import { type Routes, tenths } from '../routers/router.ts'
import { type Progress, progressOf, weightsOf } from './progress.ts'

export type Health = 'idle' | 'moving' | 'waiting' | 'paused' | 'failed' | 'stale' | 'unknown'

export interface Traffic {
  primary: number
  canary: number
  mirrored: number
  /** Of which requests these are the shares: of those that match, in an A/B test. */
  of: 'all' | 'matching'
  /** Where it was read: the routing object, the controller's report, its status, or the phase. */
  source: 'route' | 'report' | 'status' | 'assumed'
}

export interface Paused {
  since: string | null
  by: string | null
  reason: string | null
  until: string | null
  /** By request, or by `spec.suspend`. */
  how: 'request' | 'suspend'
}

export interface Summary {
  phase: Phase
  health: Health
  /** The phase, or what lies over it: `Paused`, `Terminating`. */
  word: string
  traffic: Traffic
  progress: Progress
  failedChecks: number
  threshold: number
  gate: Gate | null
  paused: Paused | null
  /** Time of the last status write, RFC 3339. */
  lastWrite: string | null
  /** In a moving phase, but the controller has been silent for more than three intervals. */
  stale: boolean
  /** The target holds a revision that the primary does not run yet. */
  pending: boolean
}

/** Phases in which the controller moves something at every interval. */
const moving: readonly Phase[] = ['Initializing', 'Progressing', 'Promoting', 'Finalising']
/** Sums up a canary at a time; `routes` is what its routing object says, if it could be read. */
export function summarize(canary: Canary, now: Date, routes?: Routes): Summary {
  const { status } = canary
  const phase = status.phase ?? ''
  const run = isUnderWay(phase) ? status.canaryAnalysis : undefined
  const gate = run?.gate ?? null
  const paused = pausedOf(canary)
  const stale = !paused && !gate && isOverdue(canary, now)
  const traffic = trafficOf(canary, routes)
  return {
    phase,
    health: healthOf(canary, { gate, paused, stale }),
    word: wordOf(canary, paused),
    traffic,
    progress: progressOf(canary, traffic.canary, stale),
    failedChecks: failedChecksOf(status),
    threshold: canary.analysis.threshold,
    gate,
    paused,
    lastWrite: status.lastTransitionTime ?? null,
    stale,
    pending: isPending(canary),
  }
}

function pausedOf(canary: Canary): Paused | null {
  const { spec, status, metadata } = canary
  const { paused } = status.canaryAnalysis ?? {}
  if (paused)
    return {
      since: paused.since,
      by: paused.by ?? null,
      reason: paused.reason ?? null,
      until: paused.until ?? null,
      how: 'request',
    }
  if (spec.suspend) return { since: null, by: null, reason: null, until: null, how: 'suspend' }
  const request = readRequests(metadata.annotations).find(({ verb }) => verb === 'pause')
  const answer = status.requests?.pause
  if (!request) return null
  // Where the status has no room for answers, the annotation of a pause that was refused is gone.
  const isPruned = status.controller === undefined && controllerOf(canary).upstream === false
  const isRefused = !answer || answer.id !== request.id || answer.result === 'rejected'
  // A request that was answered with no holds nothing.
  if (!isPruned && isRefused) return null
  return {
    since: answer?.at ?? request.at ?? null,
    by: request.by ?? null,
    reason: request.reason ?? null,
    until: request.until ?? null,
    how: 'request',
  }
}

/** The rollback sets the counter back; what the failed run had is in its record. */
function failedChecksOf({ phase, failedChecks = 0, history }: CanaryStatus): number {
  return failedChecks || (phase === 'Failed' ? (history?.[0]?.failedChecks ?? 0) : 0)
}

function wordOf({ status, metadata }: Canary, paused: Paused | null): string {
  if (metadata.deletionTimestamp) return 'Terminating'
  return paused ? 'Paused' : status.phase || 'Unknown'
}

function healthOf(
  { status }: Canary,
  of: { gate: Gate | null; paused: Paused | null; stale: boolean },
): Health {
  const phase = status.phase ?? ''
  if (of.paused) return 'paused'
  if (of.stale) return 'stale'
  if (phase === 'Failed') return 'failed'
  if (phase === 'Waiting' || phase === 'WaitingPromotion' || of.gate) return 'waiting'
  if (moving.includes(phase) || phase === 'Terminating') return 'moving'
  return phase === '' ? 'unknown' : 'idle'
}

/** Nothing was written for so long that it is stale, unless a person or a gate holds it. */
export function isOverdue({ status, analysis }: Canary, now: Date): boolean {
  if (!moving.includes(status.phase ?? '')) return false
  const { nextTickAt } = status.canaryAnalysis ?? {}
  const due = Date.parse(nextTickAt ?? status.lastTransitionTime ?? '')
  if (Number.isNaN(due)) return false
  return now.getTime() - due > (nextTickAt ? 2 : 3) * analysis.intervalMs
}

/**
 * Live traffic. Flagger's `canaryWeight` is 0 while it waits for or finishes a promotion, and
 * stays 0 in blue/green and A/B runs, so that it comes last.
 */
export function trafficOf(canary: Canary, routes?: Routes): Traffic {
  const traffic = sharesOf(canary, routes)
  const isMatching = canary.strategy === 'ab-testing' && traffic.canary > 0
  return { ...traffic, of: isMatching ? 'matching' : 'all' }
}

function sharesOf(canary: Canary, routes?: Routes): Omit<Traffic, 'of'> {
  const { status, analysis } = canary
  const run = isUnderWay(status.phase) ? status.canaryAnalysis : undefined
  const mirrored = (on: boolean | undefined) =>
    on ? run?.mirrorWeight || analysis.mirrorWeight || 100 : 0
  if (routes)
    return { ...shares(routes.canary), mirrored: mirrored(routes.mirrored), source: 'route' }
  if (run?.weight !== undefined)
    return { ...shares(run.weight), mirrored: mirrored(run.mirrored), source: 'report' }
  const { phase = '', canaryWeight = 0 } = status
  if (phase === 'WaitingPromotion' || phase === 'Promoting')
    return {
      ...shares(canaryWeight || (weightsOf(canary).at(-1) ?? 0)),
      mirrored: 0,
      source: canaryWeight ? 'status' : 'assumed',
    }
  return { ...shares(isUnderWay(phase) ? canaryWeight : 0), mirrored: 0, source: 'status' }
}

function shares(canary: number): { primary: number; canary: number } {
  return { primary: tenths(100 - canary), canary }
}

function isPending({ status }: Canary): boolean {
  const { phase, lastAppliedSpec, lastPromotedSpec } = status
  if (isUnderWay(phase) || phase === 'Failed') return true
  return Boolean(lastPromotedSpec && lastAppliedSpec && lastAppliedSpec !== lastPromotedSpec)
}
