/** The three strategies: by weights, by iterations with a match (A/B), and blue/green. */
import type { Routes } from '../routers/router.ts'
import {
  canaryName,
  copying,
  normal,
  phaseOf,
  stamp,
  status,
  toCanary,
  toPrimary,
  warning,
} from './act.ts'
import type { Decision, Effect, Observation } from './decision.ts'
import { promotionGate, trafficGate } from './gates.ts'
import { nextTick } from './pacing.ts'
import { countedWeight, readRoutes, shift } from './routes.ts'
import { checksAfter, counters, phase, run, runOf } from './status.ts'
import type { RunTurn } from './turn.ts'
import { act } from './upkeep.ts'
import { stillShut } from './waits.ts'
import { lastWeight, nextWeight, weightSteps } from './weights.ts'

/** Step by step to the last weight, then promotion. */
export function advanceByWeights(turn: RunTurn): Decision {
  const { seen, order } = turn
  const isWaiting = phaseOf(seen) === 'WaitingPromotion'
  if (order?.mode === 'full' || (order?.mode === 'gate' && isWaiting)) return promote(turn)
  const { analysis } = seen.canary
  const now = readRoutes(seen) ?? toPrimary
  const gated = trafficGate(turn, now)
  if (gated.kind !== 'open') return gated.decision
  const weight = order ? now.canary : countedWeight(seen, now)
  const raised = now.canary > weight ? [raisedByHand(seen, now.canary, weight)] : []
  const open = { ...turn, before: [...turn.before, ...gated.told, ...raised] }
  if (turn.adapted.mirror && weight === 0 && !now.mirrored && order?.mode !== 'weight')
    return moveTo(open, { primary: 100, canary: 0, mirrored: true, ...mirrorShare(turn, 0) })
  const next = orderedWeight(turn, weight) ?? nextWeight(analysis, weight)
  if (next !== undefined && weight < lastWeight(analysis))
    return moveTo(open, { primary: 100 - next, canary: next, mirrored: false })
  if (analysis.iterations > (seen.canary.status.iterations ?? 0) && !order && !isWaiting)
    return countIteration(open, now)
  return gateThenPromote(open)
}

function raisedByHand(seen: Observation, found: number, weight: number): Effect {
  const who = seen.routesWriter ?? 'somebody else'
  const text = `${canaryName(seen)} had weight ${found}, to which no check led: ${who} set it`
  return warning(seen, `${text}; the run goes on from ${weight}`)
}

/** Where a person sent the weight, by steps or in percent. */
function orderedWeight({ order, seen }: RunTurn, weight: number): number | undefined {
  if (order?.mode === 'weight') return order.request.weight
  if (order?.mode !== 'step') return undefined
  const { steps = 1 } = order.request
  let to = weight
  for (let step = 0; step < steps; step++) {
    const next = nextWeight(seen.canary.analysis, to)
    if (next === undefined) return step === 0 ? undefined : to
    to = next
  }
  return to
}

function moveTo(turn: RunTurn, routes: Routes): Decision {
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
      status({ ...counters(seen, { weight, ...iterations }), ...progress }),
      ...before,
      normal(seen, `Advance ${canaryName(seen)} canary weight ${weight}`),
    ],
    { wakeAt: nextTick(seen), paced: true },
  )
}

/** Iterations beside weights: the last weight stays until all checks were made. */
function countIteration(turn: RunTurn, now: Routes): Decision {
  const iterations = (turn.seen.canary.status.iterations ?? 0) + 1
  return iterate(turn, now, { iterations, of: turn.seen.canary.analysis.iterations })
}

/** A/B testing: matching users see the canary, for so many checks. */
export function advanceByIterations(turn: RunTurn): Decision {
  const { seen, adapted, order } = turn
  if (order && order.mode !== 'step') return promote(turn)
  const done = Math.max(0, seen.canary.status.iterations ?? 0)
  if (done < adapted.iterations) return iterate(turn, toCanary, nextIteration(turn, done))
  return gateThenPromote(turn)
}

/** One on, or as many as a person ordered. */
function nextIteration({ order, adapted }: RunTurn, done: number) {
  const steps = order?.mode === 'step' ? (order.request.steps ?? 1) : 1
  return { iterations: Math.min(done + steps, adapted.iterations), of: adapted.iterations }
}

/** Blue/green: checks without live traffic, one switch, then promotion. */
export function advanceBlueGreen(turn: RunTurn): Decision {
  const { seen, adapted, order } = turn
  const now = readRoutes(seen) ?? toPrimary
  const done = seen.canary.status.iterations ?? 0
  const isSwitched = seen.abilities.weights ? now.canary === 100 : done > adapted.iterations
  if (order && order.mode !== 'step') {
    const switched = isSwitched || !seen.abilities.weights ? [] : shift(seen, toCanary)
    return promote(turn, switched)
  }
  if (done < adapted.iterations) {
    const mirrored = adapted.mirror && now.canary === 0
    const { primary, canary } = now
    const routes = { primary, canary, mirrored, ...(mirrored && mirrorShare(turn, done)) }
    return iterate(turn, routes, nextIteration(turn, done))
  }
  const gate = promotionGate(turn)
  if (gate.kind !== 'open') return gate.decision
  const open = { ...turn, before: [...turn.before, ...gate.told] }
  return isSwitched && done > adapted.iterations ? promote(open) : switchOver(open, done)
}

/** Everybody to the canary; on plain Kubernetes only the counter moves, there is no traffic. */
function switchOver(turn: RunTurn, done: number): Decision {
  const { seen, adapted, before } = turn
  const moves = seen.abilities.weights
  const iterations = Math.max(done, adapted.iterations) + 1
  const progress = progressed(turn, moves ? { weight: 100, mirrored: false } : {})
  return act(
    seen,
    [
      ...(moves ? shift(seen, toCanary) : []),
      status({ ...counters(seen, { iterations }), ...progress }),
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

function iterate(turn: RunTurn, routes: Routes, to: { iterations: number; of: number }): Decision {
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
      status({ ...counters(seen, { iterations }), ...progress }),
      ...before,
      ...(isWait ? [] : [advanced]),
    ],
    { wakeAt: nextTick(seen), paced: true },
  )
}

/** The share of requests to copy, where the Canary bounds it or lets it grow by each check. */
function mirrorShare({ seen }: RunTurn, done: number): { mirrorWeight?: number } {
  const { mirrorWeight, stepMirrorWeight, maxMirrorWeight } = seen.canary.analysis
  if (stepMirrorWeight === 0 && maxMirrorWeight === 100) return {}
  // Without a share of its own the mesh copies everything.
  const first = mirrorWeight > 0 ? mirrorWeight : stepMirrorWeight || 100
  return { mirrorWeight: Math.min(maxMirrorWeight, first + done * stepMirrorWeight) }
}

/** What every passed step notes in the run. */
function progressed(turn: RunTurn, change: Parameters<typeof run>[1]) {
  const { seen, results } = turn
  return run(seen, {
    preRolloutPassed: true,
    canaryReadyAt: runOf(seen).canaryReadyAt ?? stamp(seen.now),
    checks: checksAfter(seen, results),
    nextTickAt: stamp(nextTick(seen)),
    gate: undefined,
    reason: undefined,
    routePendingSince: undefined,
    ...change,
  })
}

function gateThenPromote(turn: RunTurn): Decision {
  const gate = promotionGate(turn)
  if (gate.kind !== 'open') return gate.decision
  return promote({ ...turn, before: [...turn.before, ...gate.told] })
}

/** The revision goes to the primary, after these moves of the traffic. */
export function promote(turn: RunTurn, moves: Effect[] = []): Decision {
  const { seen, before, results } = turn
  const noted = run(seen, {
    checks: checksAfter(seen, results),
    gate: undefined,
    reason: undefined,
    nextTickAt: undefined,
    ...(moves.length > 0 && { weight: 100, mirrored: false }),
  })
  return act(seen, [
    ...moves,
    { kind: 'promote' },
    status({ ...phase(seen, 'Promoting'), ...noted }),
    ...before,
    ...(moves.length > 0 ? [normal(seen, switching(seen))] : []),
    copying(seen),
  ])
}
