/**
 * What was cut off between two writes, because the process died or somebody edited the Canary, is
 * found by comparing the world with the status, and brought to the end that it was meant to have.
 */

import type { Routes } from '../../routers/router.ts'
import { stamp } from '../../stamp.ts'
import { isBackAtPromoted, isMovedOn } from '../change.ts'
import type { Effect, Observation, Step } from '../decision.ts'
import { nextTick } from '../pacing.ts'
import { notedWeight, readRoutes } from '../routes.ts'
import { changeRun, copyNoted, counters, enterPhase, runOf } from '../status/status.ts'
import { adapt } from '../strategy.ts'
import { nextWeight } from '../weights.ts'
import {
  alert,
  canaryName,
  copying,
  normal,
  phaseOf,
  toPrimary,
  warning,
  writeStatus,
} from './act.ts'
import { switching } from './advance.ts'
import { rollBack } from './rollback.ts'
import { act, finish, scaleUpAgain } from './upkeep.ts'

/**
 * Whether the primary got this run's copy, although nobody noted it. All checks had passed, and
 * there is no way back. A status without the number of the run can't tell a copy of this run from
 * one of an earlier run of the same revision.
 */
export function isCopied(seen: Observation): boolean {
  const { runId } = runOf(seen)
  const isOfThisRun = runId !== undefined || !isBackAtPromoted(seen)
  return seen.workload.promoted && isOfThisRun && !isMovedOn(seen)
}

/** The promotion goes on from the copy. */
export function noteCopy(seen: Observation): Step {
  const weight = (readRoutes(seen) ?? toPrimary).canary
  const noted = changeRun(seen, {
    gate: undefined,
    reason: undefined,
    nextTickAt: undefined,
    ...(seen.abilities.weights && { weight, mirrored: false }),
  })
  return act(seen, [writeStatus({ ...enterPhase(seen, 'Promoting'), ...noted }), copying(seen)])
}

/**
 * Whether the primary runs what this run tries, and the status still names the version before: a
 * target that goes back to that one must not pass for promoted.
 */
export function isCopyUnnoted({ canary, workload }: Observation): boolean {
  const { lastAppliedSpec, lastPromotedSpec } = canary.status
  return workload.primaryRevision === lastAppliedSpec && lastAppliedSpec !== lastPromotedSpec
}

/** What the primary runs counts as promoted; the next step, which this write brings, goes on. */
export function notePromoted(seen: Observation): Step {
  return finish([writeStatus(copyNoted(seen))], { wakeAt: nextTick(seen) })
}

/**
 * Pods that somebody took away come back, and the run goes on. Where the traffic was taken away as
 * well, it was a rollback that was cut off before its last write.
 */
export function withoutPods(seen: Observation, before: readonly Effect[]): Step {
  const isTakenBack = readRoutes(seen)?.canary === 0 && (notedWeight(seen) ?? 0) > 0
  if (!seen.abilities.weights || !isTakenBack) return scaleUpAgain(seen, before)
  const reason = 'its rollback had begun'
  return rollBack(seen, {
    reason,
    told: [
      ...before,
      warning(seen, `Rolling back ${canaryName(seen)}, ${reason}`),
      alert('failed', `Rolling back, ${reason}`),
    ],
  })
}

/** A step that was made and that the status does not know, as far as it has room for it. */
export function unnotedRoutes(seen: Observation): Routes | undefined {
  const now = readRoutes(seen)
  if (!now || phaseOf(seen) !== 'Progressing' || !seen.abilities.weights) return undefined
  if (seen.routesWriter !== undefined) return undefined
  const weight = notedWeight(seen)
  if (weight === undefined) return isUncounted(seen, now) ? now : undefined
  const { mirrored = now.mirrored } = runOf(seen)
  const isNoted = now.canary === weight && now.mirrored === mirrored
  return isNoted || !isNextStep(seen, now, weight) ? undefined : now
}

/** Routes that somebody edited are no step of the run: no check led to them. */
function isNextStep(seen: Observation, now: Routes, weight: number): boolean {
  const { strategy, iterations: last, mirror } = adapt(seen)
  const { iterations: done = 0 } = seen.canary.status
  if (now.mirrored) return mirror && now.canary === 0 && weight === 0 && done === 0
  if (strategy === 'canary') return now.canary === nextWeight(seen.canary.analysis, weight)
  return now.canary === 100 && done === (strategy === 'ab-testing' ? 0 : last)
}

/** Where the status has nothing but counters: the first iteration, and the switch in blue/green. */
function isUncounted(seen: Observation, now: Routes): boolean {
  const { strategy, iterations: last } = adapt(seen)
  const { iterations: done = 0 } = seen.canary.status
  if (strategy === 'ab-testing') return done === 0 && now.canary === 100
  return (done === 0 && now.mirrored) || (done === last && now.canary === 100)
}

/** What is measured next must come from these routes: they get their interval first. */
export function noteRoutes(seen: Observation, now: Routes, before: readonly Effect[]): Step {
  const { canary: weight, mirrored, mirrorWeight } = now
  const next = nextTick(seen)
  const noted = changeRun(seen, {
    weight,
    mirrored,
    mirrorWeight: mirrored ? mirrorWeight : undefined,
    preRolloutPassed: runOf(seen).preRolloutPassed ?? (weight > 0 || mirrored),
    nextTickAt: stamp(next),
  })
  const { change, text } = stepTo(seen, now)
  const written = writeStatus({ ...counters(seen, change), ...noted })
  return act(seen, [written, ...before, normal(seen, text)], { wakeAt: next, paced: true })
}

/** The step that led to these routes, with what it would have counted and said. */
function stepTo(seen: Observation, { canary: weight }: Routes) {
  const { strategy, iterations: last } = adapt(seen)
  const name = canaryName(seen)
  if (strategy === 'canary')
    return { change: { weight }, text: `Advance ${name} canary weight ${weight}` }
  const iterations = (seen.canary.status.iterations ?? 0) + 1
  if (iterations > last) return { change: { iterations }, text: switching(seen) }
  return { change: { iterations }, text: `Advance ${name} canary iteration ${iterations}/${last}` }
}
