/** What each operation of the loop writes to the status; see the table of the API's status. */

import type {
  CanaryStatus,
  Phase,
  RunStatus,
  CheckResult as StoredCheck,
} from '../../canary/api.gen.ts'
import { promotedCondition } from '../../canary/status/conditions.ts'
import { stamp } from '../../stamp.ts'
import type { CheckResult, Effect, Glance, Observation, StatusChange } from '../decision.ts'

const keepsProgress: readonly Phase[] = ['Progressing', 'Waiting', 'Promoting']

/** The run in progress, or the last one. */
export function runOf({ canary }: Pick<Glance, 'canary'>): RunStatus {
  return canary.status.canaryAnalysis ?? {}
}

/** Revision, checksums and phase of this moment, with the counters as given. */
export function sync(
  seen: Observation,
  phase: Phase,
  counters: { weight?: number; failedChecks?: number; iterations?: number; message?: string } = {},
): StatusChange {
  const { revision, configs } = seen.workload
  return {
    ...entered(seen, phase, counters.message),
    canaryWeight: counters.weight ?? 0,
    failedChecks: counters.failedChecks ?? 0,
    iterations: counters.iterations ?? 0,
    lastAppliedSpec: revision,
    trackedConfigs: configs,
  }
}

/** A new phase; weight and iterations survive only where the run goes on with them. */
export function enterPhase(seen: Observation, to: Phase): StatusChange {
  const { status, analysis } = seen.canary
  const kept = keepsProgress.includes(to)
  const done = to === 'Initialized' || to === 'Succeeded'
  const iterations = to === 'WaitingPromotion' ? analysis.iterations - 1 : 0
  return {
    ...entered(seen, to),
    canaryWeight: kept ? (status.canaryWeight ?? 0) : 0,
    iterations: kept ? (status.iterations ?? 0) : iterations,
    failedChecks: status.failedChecks ?? 0,
    ...(done && copyNoted(seen)),
  }
}

/**
 * What the run tried is what the primary has. That is a step: the deadline of a primary whose kind
 * keeps no time counts from here.
 */
export function copyNoted({ canary, now }: Observation): StatusChange {
  const { lastAppliedSpec, trackedConfigs } = canary.status
  return {
    lastPromotedSpec: lastAppliedSpec,
    promotedConfigs: trackedConfigs,
    lastTransitionTime: stamp(now),
  }
}

/** Single counters. */
export function counters(
  seen: Observation,
  change: { weight?: number; iterations?: number; failedChecks?: number },
): StatusChange {
  return {
    ...(change.weight !== undefined && { canaryWeight: change.weight }),
    ...(change.iterations !== undefined && { iterations: change.iterations }),
    ...(change.failedChecks !== undefined && { failedChecks: change.failedChecks }),
    lastTransitionTime: stamp(seen.now),
  }
}

/** Progress of the run beside Flagger's counters; undefined removes a field. */
export function changeRun(
  seen: Pick<Glance, 'canary'>,
  change: { [K in keyof RunStatus]?: RunStatus[K] | undefined },
): StatusChange {
  const merged = Object.entries({ ...runOf(seen), ...change })
  const canaryAnalysis: RunStatus = Object.fromEntries(merged.filter(([, v]) => v !== undefined))
  return { canaryAnalysis }
}

/** What a look that passed leaves of the checks: no failure is in a row any more. */
export function passedAfter(seen: Observation, results: readonly CheckResult[]) {
  return { checks: checksAfter(seen, results), failedInRow: undefined }
}

/** The last result of every check, with the failures of this run counted. */
export function checksAfter(seen: Observation, results: readonly CheckResult[]): StoredCheck[] {
  const before = runOf(seen).checks ?? []
  const fresh = results.map((result): StoredCheck => {
    const failed = before.find((check) => isSame(check, result))?.failed ?? 0
    return { ...result, failed: failed + (result.ok ? 0 : 1), at: stamp(seen.now) }
  })
  const kept = before.filter((check) => !fresh.some((other) => isSame(check, other)))
  return [...kept, ...fresh].slice(-maxChecks)
}

/** More checks than anybody has, so that no edit of the spec makes the status grow for ever. */
const maxChecks = 50

function isSame(a: { name: string; kind: string }, b: { name: string; kind: string }): boolean {
  return a.name === b.name && a.kind === b.kind
}

/** A phase with its condition and its time, and no counter touched. */
export function entered(
  seen: Pick<Observation, 'canary' | 'now'>,
  phase: Phase,
  message?: string,
): StatusChange {
  const { status, spec, resource } = seen.canary
  const kind = spec.targetRef.kind
  const conditions = promotedCondition(status.conditions, { phase, kind, now: seen.now, message })
  return {
    phase,
    conditions,
    lastTransitionTime: stamp(seen.now),
    observedGeneration: resource.metadata.generation,
  }
}

/** What is seen once these status writes are made. */
export function after(seen: Observation, effects: readonly Effect[]): Observation {
  const changes = effects.flatMap((effect) => (effect.kind === 'status' ? [effect.change] : []))
  if (changes.length === 0) return seen
  const merged = Object.entries(Object.assign({}, seen.canary.status, ...changes))
  const status: CanaryStatus = Object.fromEntries(merged.filter(([, v]) => v !== undefined))
  return { ...seen, canary: { ...seen.canary, status } }
}
