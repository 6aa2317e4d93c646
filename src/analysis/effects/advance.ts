/** The moves of a run: traffic, counters, and the copy at its end; each notes what was checked. */

import type { Routes } from '../../routers/router.ts'
import { stamp } from '../../stamp.ts'
import type { Effect, Observation, Step } from '../decision.ts'
import { nextTick } from '../pacing.ts'
import { shift } from '../routes.ts'
import { changeRun, counters, enterPhase, passedAfter, runOf } from '../status/status.ts'
import { stillShut } from '../status/waits.ts'
import { adapt } from '../strategy.ts'
import type { Turn } from '../turn.ts'
import { weightSteps } from '../weights.ts'
import { canaryName, copying, normal, phaseOf, toCanary, writeStatus } from './act.ts'
import { act } from './upkeep.ts'

/** Another share of the traffic, or the copies of requests before any. */
export function moveTo(turn: Turn, routes: Routes): Step {
  const { seen, before } = turn
  const weight = routes.canary
  const { analysis, status: now } = seen.canary
  const steps = weightSteps(analysis)
  const iterations = analysis.iterations > 0 ? { iterations: (now.iterations ?? 0) + 1 } : {}
  const progress = progressed(turn, {
    weight,
    mirrored: routes.mirrored,
    step: steps.filter((step) => step <= weight).length,
    steps: steps.length,
  })
  return act(
    seen,
    [
      ...shift(seen, routes),
      writeStatus({ ...counters(seen, { weight, ...iterations }), ...progress }),
      ...before,
      normal(seen, `Advance ${canaryName(seen)} canary weight ${weight}`),
    ],
    { wakeAt: nextTick(seen), paced: true },
  )
}

/** One check more, or as many as a person ordered, with these routes. */
export function iterate(turn: Turn, routes: Routes, to: { iterations: number; of: number }): Step {
  const { seen, before, order } = turn
  const { iterations, of } = to
  // A run at the promotion gate goes on measuring, and counts on from where Flagger's way set it
  // back to: that is no step, and the gate is as shut as before.
  const isWait = phaseOf(seen) === 'WaitingPromotion' && iterations >= of && !order
  const progress = progressed(turn, {
    // Plain Kubernetes reads as all or nothing, and moves nobody.
    weight: seen.abilities.weights ? routes.canary : 0,
    mirrored: routes.mirrored,
    mirrorWeight: routes.mirrorWeight,
    step: iterations,
    steps: of,
    ...(isWait && stillShut(seen)),
  })
  const advanced = normal(seen, `Advance ${canaryName(seen)} canary iteration ${iterations}/${of}`)
  return act(
    seen,
    [
      ...shift(seen, routes),
      writeStatus({ ...counters(seen, { iterations }), ...progress }),
      ...before,
      ...(isWait ? [] : [advanced]),
    ],
    { wakeAt: nextTick(seen), paced: true },
  )
}

/** One check more at the weight that is in force, as that of a step. */
export function stay(turn: Turn, step: number): Step {
  const { seen, before } = turn
  const written = writeStatus({ ...counters(seen, {}), ...progressed(turn, { step }) })
  return act(seen, [written, ...before], { wakeAt: nextTick(seen), paced: true })
}

/** The iteration that follows: one on, or as many as a person ordered. */
export function nextIteration({ order, seen }: Turn, done: number) {
  const { iterations: of } = adapt(seen)
  const steps = order?.mode === 'step' ? (order.request.steps ?? 1) : 1
  return { iterations: Math.min(done + steps, of), of }
}

/** Everybody to the canary; on plain Kubernetes only the counter moves, there is no traffic. */
export function switchOver(turn: Turn, done: number): Step {
  const { seen, before } = turn
  const moves = seen.abilities.weights
  const iterations = Math.max(done, adapt(seen).iterations) + 1
  const progress = progressed(turn, moves ? { weight: 100, mirrored: false } : {})
  return act(
    seen,
    [
      ...(moves ? shift(seen, toCanary) : []),
      writeStatus({ ...counters(seen, { iterations }), ...progress }),
      ...before,
      ...(moves ? [normal(seen, switching(seen))] : []),
    ],
    { wakeAt: nextTick(seen), paced: true },
  )
}

/** What is said when everybody is sent to the canary. */
export function switching({ canary }: Observation): string {
  return canary.analysis.mirror
    ? 'Stop traffic mirroring and route all traffic to canary'
    : 'Routing all traffic to canary'
}

/** The share of requests to copy, where the Canary bounds it or lets it grow by each check. */
export function mirrorShare({ seen }: Turn, done: number): { mirrorWeight?: number } {
  const { mirrorWeight, stepMirrorWeight, maxMirrorWeight } = seen.canary.analysis
  if (stepMirrorWeight === 0 && maxMirrorWeight === 100) return {}
  // Without a share of its own the mesh copies everything.
  const first = mirrorWeight > 0 ? mirrorWeight : stepMirrorWeight || 100
  return { mirrorWeight: Math.min(maxMirrorWeight, first + done * stepMirrorWeight) }
}

/** What every passed step notes in the run. */
function progressed(turn: Turn, change: Parameters<typeof changeRun>[1]) {
  const { seen, results } = turn
  return changeRun(seen, {
    preRolloutPassed: true,
    canaryReadyAt: runOf(seen).canaryReadyAt ?? stamp(seen.now),
    ...passedAfter(seen, results),
    nextTickAt: stamp(nextTick(seen)),
    gate: undefined,
    reason: undefined,
    routePendingSince: undefined,
    ...change,
  })
}

/** The revision goes to the primary, after these moves of the traffic. */
export function promote(turn: Turn, moves: readonly Effect[] = []): Step {
  const { seen, before, results } = turn
  const noted = changeRun(seen, {
    ...passedAfter(seen, results),
    gate: undefined,
    reason: undefined,
    nextTickAt: undefined,
    ...(moves.length > 0 && { weight: 100, mirrored: false }),
  })
  return act(seen, [
    ...moves,
    { kind: 'promote' },
    writeStatus({ ...enterPhase(seen, 'Promoting'), ...noted }),
    ...before,
    ...(moves.length > 0 ? [normal(seen, switching(seen))] : []),
    copying(seen),
  ])
}
