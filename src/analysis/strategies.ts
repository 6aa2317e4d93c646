/** The three strategies: by weights, by iterations with a match (A/B), and blue/green. */
import type { Routes } from '../routers/router.ts'
import {
  alert,
  canaryName,
  hooks,
  isDecision,
  normal,
  phaseOf,
  stamp,
  status,
  targetName,
  toCanary,
  told,
  warning,
} from './act.ts'
import type { Decision, Effect, Observation, Verdict } from './decision.ts'
import { nextTick } from './pacing.ts'
import { readRoutes, shift } from './routes.ts'
import type { RunTurn } from './run.ts'
import { checksAfter, counters, phase, run, runOf } from './status.ts'
import { act } from './upkeep.ts'
import { lastWeight, nextWeight, weightSteps } from './weights.ts'

/** Step by step to the last weight, then promotion. */
export function advanceByWeights(turn: RunTurn): Decision {
  const { seen, order } = turn
  if (order?.mode === 'full') return promote(turn)
  const { analysis } = seen.canary
  const now = readRoutes(seen) ?? { primary: 100, canary: 0, mirrored: false }
  const gated = trafficGate(turn, now)
  if (gated.kind !== 'open') return gated.decision
  const open = { ...turn, before: [...turn.before, ...gated.told] }
  if (turn.adapted.mirror && now.canary === 0 && !now.mirrored && order?.mode !== 'weight')
    return moveTo(open, { primary: 100, canary: 0, mirrored: true, ...mirrorShare(turn, 0) })
  const next = orderedWeight(turn, now.canary) ?? nextWeight(analysis, now.canary)
  if (next !== undefined && now.canary < lastWeight(analysis))
    return moveTo(open, { primary: 100 - next, canary: next, mirrored: false })
  if (analysis.iterations > (seen.canary.status.iterations ?? 0) + 1 && order === undefined)
    return countIteration(open, now)
  return gateThenPromote(open)
}

/** Where a person sent the weight, by steps or in percent. */
function orderedWeight({ order, seen }: RunTurn, weight: number): number | undefined {
  if (order?.mode === 'weight') return order.request.weight
  if (order?.mode !== 'step') return undefined
  let to: number | undefined = weight
  for (let step = 0; step < (order.request.steps ?? 1) && to !== undefined; step++)
    to = nextWeight(seen.canary.analysis, to) ?? (step === 0 ? undefined : to)
  return to
}

/** Every weight moves behind this gate, also the one that leads to the promotion. */
function trafficGate(
  turn: RunTurn,
  now: Routes,
): { kind: 'open'; told: Effect[] } | { kind: 'shut'; decision: Decision } {
  const { seen, order } = turn
  if (order || now.mirrored || phaseOf(seen) !== 'Progressing') return { kind: 'open', told: [] }
  const verdict = hooks(turn, 'confirm-traffic-increase', 'Progressing')
  if (isDecision(verdict)) return { kind: 'shut', decision: verdict }
  if (verdict.passed) return { kind: 'open', told: told(seen, verdict) }
  return { kind: 'shut', decision: waitForTraffic(turn, verdict) }
}

function waitForTraffic(turn: RunTurn, verdict: Verdict): Decision {
  const { seen, before } = turn
  const { by = '' } = verdict
  const next = nextTick(seen)
  const isNews = runOf(seen).gate?.name !== by
  const muted = seen.canary.analysis.webhooks.find(({ name }) => name === by)?.muteAlert
  const text = `Halt ${canaryName(seen)} advancement waiting for traffic increase approval ${by}`
  const gate = { type: 'confirm-traffic-increase', name: by, since: stamp(seen.now) } as const
  const waiting = run(seen, {
    gate: isNews ? gate : runOf(seen).gate,
    preRolloutPassed: true,
    checks: checksAfter(seen, turn.results),
  })
  const effects = [
    // Written once, and again only when there is a result to show: waiting costs no write.
    ...(isNews || turn.results.length > 0 ? [status(waiting)] : []),
    ...before,
    warning(seen, text),
    ...(isNews && !muted
      ? [alert('warn', 'Canary traffic increase is waiting for approval.')]
      : []),
  ]
  return act(seen, effects, { wakeAt: next, paced: true })
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
  const { seen, adapted } = turn
  if (turn.order?.mode === 'full') return promote(turn)
  const done = Math.max(0, seen.canary.status.iterations ?? 0)
  if (done < adapted.iterations)
    return iterate(turn, toCanary, { iterations: done + 1, of: adapted.iterations })
  return gateThenPromote(turn)
}

/** Blue/green: checks without live traffic, one switch, then promotion. */
export function advanceBlueGreen(turn: RunTurn): Decision {
  const { seen, adapted } = turn
  if (turn.order?.mode === 'full') return promote(turn)
  const now = readRoutes(seen) ?? { primary: 100, canary: 0, mirrored: false }
  const done = seen.canary.status.iterations ?? 0
  const isSwitched = seen.abilities.weights ? now.canary === 100 : done > adapted.iterations
  if (done < adapted.iterations) {
    const routes = adapted.mirror ? { ...now, mirrored: true, ...mirrorShare(turn, done) } : now
    return iterate(turn, routes, { iterations: done + 1, of: adapted.iterations })
  }
  const gate = promotionGate(turn)
  if (gate.kind !== 'open') return gate.decision
  const open = { ...turn, before: [...turn.before, ...gate.told] }
  return isSwitched && done > adapted.iterations ? promote(open) : switchOver(open, done)
}

/** Everybody to the canary; on plain Kubernetes only the counter moves, there is no traffic. */
function switchOver(turn: RunTurn, done: number): Decision {
  const { seen, adapted, before } = turn
  const text = seen.canary.analysis.mirror
    ? 'Stop traffic mirroring and route all traffic to canary'
    : 'Routing all traffic to canary'
  const moves = seen.abilities.weights
  const iterations = Math.max(done, adapted.iterations) + 1
  const progress = progressed(turn, moves ? { weight: 100, mirrored: false } : {})
  return act(
    seen,
    [
      ...(moves ? shift(seen, toCanary) : []),
      status({ ...counters(seen, { iterations }), ...progress }),
      ...before,
      ...(moves ? [normal(seen, text)] : []),
    ],
    { wakeAt: nextTick(seen), paced: true },
  )
}

function iterate(turn: RunTurn, routes: Routes, to: { iterations: number; of: number }): Decision {
  const { seen, before } = turn
  const { iterations, of } = to
  const progress = progressed(turn, {
    weight: routes.canary,
    mirrored: routes.mirrored,
    mirrorWeight: routes.mirrorWeight,
    step: iterations,
    steps: of,
  })
  return act(
    seen,
    [
      ...shift(seen, routes),
      status({ ...counters(seen, { iterations }), ...progress }),
      ...before,
      normal(seen, `Advance ${canaryName(seen)} canary iteration ${iterations}/${of}`),
    ],
    { wakeAt: nextTick(seen), paced: true },
  )
}

/** The share of requests to copy: grows by each check where the Canary asks for that. */
function mirrorShare({ seen }: RunTurn, done: number): { mirrorWeight?: number } {
  const { mirrorWeight, stepMirrorWeight, maxMirrorWeight } = seen.canary.analysis
  if (stepMirrorWeight === 0) return {}
  const first = mirrorWeight > 0 ? mirrorWeight : stepMirrorWeight
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
    ...change,
  })
}

function gateThenPromote(turn: RunTurn): Decision {
  const gate = promotionGate(turn)
  if (gate.kind !== 'open') return gate.decision
  return promote({ ...turn, before: [...turn.before, ...gate.told] })
}

function promotionGate(
  turn: RunTurn,
): { kind: 'open'; told: Effect[] } | { kind: 'shut'; decision: Decision } {
  const { seen, order } = turn
  if (order?.verb === 'promote') return { kind: 'open', told: [] }
  const verdict = hooks(turn, 'confirm-promotion', 'Progressing')
  if (isDecision(verdict)) return { kind: 'shut', decision: verdict }
  if (verdict.passed) return { kind: 'open', told: told(seen, verdict) }
  return { kind: 'shut', decision: waitForPromotion(turn, verdict) }
}

/**
 * Flagger's way of waiting: the counter goes back one, so that checks go on and the gate is asked
 * again after the next; a cluster that goes back to Flagger finds what it expects.
 */
function waitForPromotion(turn: RunTurn, verdict: Verdict): Decision {
  const { seen, before, results } = turn
  const { by = '' } = verdict
  const next = nextTick(seen)
  const isNews = phaseOf(seen) !== 'WaitingPromotion'
  const gate = { type: 'confirm-promotion', name: by, since: stamp(seen.now) } as const
  const waiting = run(seen, {
    checks: checksAfter(seen, results),
    nextTickAt: stamp(next),
    gate: isNews ? gate : runOf(seen).gate,
    reason: verdict.why,
  })
  const iterations = turn.adapted.iterations - 1
  const change = isNews
    ? { ...phase(seen, 'WaitingPromotion'), iterations }
    : counters(seen, { iterations })
  const muted = seen.canary.analysis.webhooks.find(({ name }) => name === by)?.muteAlert
  const text = `Halt ${canaryName(seen)} advancement waiting for promotion approval ${by}`
  const news = [
    warning(seen, text),
    ...(muted ? [] : [alert('warn', 'Canary promotion is waiting for approval.')]),
  ]
  return act(seen, [status({ ...change, ...waiting }), ...before, ...(isNews ? news : [])], {
    wakeAt: next,
    paced: true,
  })
}

/** The revision goes to the primary. */
export function promote(turn: RunTurn): Decision {
  const { seen, before, results } = turn
  const noted = run(seen, {
    checks: checksAfter(seen, results),
    gate: undefined,
    reason: undefined,
    nextTickAt: undefined,
  })
  return act(seen, [
    { kind: 'promote' },
    status({ ...phase(seen, 'Promoting'), ...noted }),
    ...before,
    copying(seen),
  ])
}

export function copying(seen: Observation): Effect {
  const { primaryName, namespace } = seen.canary
  return normal(seen, `Copying ${targetName(seen)} template spec to ${primaryName}.${namespace}`)
}
