/** From idle to a run: detect the change, ask the gate, scale up. */
import type { Phase } from '../canary/api.gen.ts'
import {
  alert,
  canaryName,
  hooks,
  isDecision,
  later,
  normal,
  phaseOf,
  report,
  stamp,
  status,
  targetName,
  told,
  toPrimary,
} from './act.ts'
import { isBackAtPromoted, isChanged, isMovedOn, nextRunId } from './change.ts'
import type { Decision, Effect, Observation, Verdict } from './decision.ts'
import { alarm } from './gates.ts'
import { imageChanges } from './history.ts'
import { dueAt, isDue, shownUntil } from './pacing.ts'
import { hasNoPods } from './pods.ts'
import { isServedByCanary, shift } from './routes.ts'
import { phase as enter, run, runOf, sync } from './status.ts'
import { adapt } from './strategy.ts'
import type { Turn } from './turn.ts'
import { act, hold, scaleUpAgain } from './upkeep.ts'
import { gateOf, isSameGate } from './waits.ts'

/** One step of an idle canary, or of one that waits to start. */
export function idle(turn: Turn, isPaused: boolean): Decision {
  const { seen } = turn
  const phase = phaseOf(seen)
  if (isServedByCanary(seen) && hasNoPods(seen)) return scaleUpAgain(seen)
  const isPending = isServedByCanary(seen) ? isMovedOn(seen) : isChanged(seen)
  if (phase === 'Waiting' && isBackAtPromoted(seen)) return stopWaiting(seen)
  const isOver = phase === 'Failed' && isCured(seen)
  if (phase !== 'Waiting' && !isPending && !isOver) return act(seen, [])
  const shown = turn.order ? undefined : shownUntil(seen)
  if (shown) return act(seen, [], { wakeAt: shown })
  if (isOver) return recovered(seen)

  const { primary } = seen.workload
  if (primary.state !== 'ready' && !isServedByCanary(seen))
    return hold(seen, [report(seen, primary.why)])
  if (seen.routes && 'unreadable' in seen.routes)
    return hold(seen, [report(seen, seen.routes.unreadable)])
  if (isPaused) return act(seen, [report(seen, `${canaryName(seen)} is paused`, 'Normal')])
  return isServedByCanary(seen) ? promoteOverBroken(seen) : askToBegin(turn)
}

function askToBegin(turn: Turn): Decision {
  const { seen, order } = turn
  const phase = phaseOf(seen)
  if (phase === 'Waiting' && !order && !isDue(seen))
    return act(seen, renamed(seen), { wakeAt: dueAt(seen) })
  const gate = opened(turn) ?? hooks(turn, 'confirm-rollout', phase)
  if (isDecision(gate)) return gate
  if (!gate.passed) return wait(seen, gate)
  return begin(seen, told(seen, gate))
}

/** An order to start counts as an open gate. */
function opened({ seen, order }: Turn): Verdict | undefined {
  const isWaiting = phaseOf(seen) === 'Waiting'
  return order?.verb === 'promote' && isWaiting
    ? { passed: true, events: [], results: [] }
    : undefined
}

function wait(seen: Observation, verdict: Verdict): Decision {
  // The hooks before the one that is closed.
  const opened = told(seen, verdict)
  const next = later(seen.now, seen.canary.analysis.intervalMs)
  const again = { wakeAt: next, paced: true }
  const gate = gateOf(seen, 'confirm-rollout', verdict)
  if (phaseOf(seen) === 'Waiting') return act(seen, [...renamed(seen, gate), ...opened], again)
  const change = {
    ...enter(seen, 'Waiting'),
    canaryAnalysis: {
      ...candidate(seen),
      gate,
      ...(gate.reason !== undefined && { reason: gate.reason }),
      nextTickAt: stamp(next),
    },
  }
  const alarmed = alarm(seen, verdict.by, 'Canary is waiting for approval.')
  return act(seen, [status(change), ...opened, ...alarmed], again)
}

/**
 * What waits for approval. `lastAppliedSpec` is still the promoted revision, as in Flagger; who
 * approves must be able to say what was seen, and is asked for nothing else.
 */
function candidate(seen: Observation) {
  const { paused } = runOf(seen)
  return {
    runId: nextRunId(seen),
    revision: seen.workload.revision,
    ...(paused && { paused }),
    images: imageChanges(seen),
  }
}

/**
 * The target moved on while it waits: an approval of the earlier revision is none of this one. Or
 * the gate has another reason.
 */
function renamed(seen: Observation, gate = runOf(seen).gate): Effect[] {
  const { revision, gate: before, nextTickAt } = runOf(seen)
  // Where the status has no room for it, nobody reads it either.
  const isNamed = revision === undefined || revision === seen.workload.revision
  if (isNamed && (!gate || isSameGate(before, gate))) return []
  const kept = {
    ...(gate && { gate }),
    ...(gate?.reason !== undefined && { reason: gate.reason }),
    ...(nextTickAt && { nextTickAt }),
  }
  return [status({ canaryAnalysis: { ...candidate(seen), ...kept } })]
}

/** Scales the canary up; from the status write on the run is on. */
export function begin(seen: Observation, before: Effect[]): Decision {
  return act(
    seen,
    [
      // After a failed promotion that healed, the canary has all: a run starts with none.
      ...(isServedByCanary(seen) ? shift(seen, toPrimary) : []),
      { kind: 'hold-autoscaler', held: false },
      { kind: 'scale', to: 'full' },
      status({ ...sync(seen, 'Progressing'), ...freshRun(seen) }),
      ...before,
      normal(seen, `New revision detected! Scaling up ${targetName(seen)}`, 'Progressing'),
      alert('started', 'New revision detected, progressing canary analysis.', { fields: true }),
    ],
    { wakeAt: later(seen.now, seen.canary.analysis.intervalMs) },
  )
}

/** The state of a new run. */
export function freshRun(seen: Observation, weight = 0) {
  const { paused } = runOf(seen)
  const { count } = seen.canary.status.askedReplicas ?? {}
  return {
    // What was said of the target at rest is over; after the run it is news again.
    ...(count !== undefined && { askedReplicas: { count } }),
    canaryAnalysis: {
      runId: nextRunId(seen),
      revision: seen.workload.revision,
      startedAt: stamp(seen.now),
      strategy: adapt(seen).strategy,
      weight,
      mirrored: false,
      step: 0,
      ...(paused && { paused }),
      images: imageChanges(seen),
      checks: [],
    },
  }
}

/** Failed, and since put back to what is promoted: nothing is wrong any more. */
function isCured(seen: Observation): boolean {
  return isBackAtPromoted(seen) && !isServedByCanary(seen)
}

function recovered(seen: Observation): Decision {
  const message = 'The target is back at the promoted revision.'
  return act(seen, [
    status(sync(seen, 'Initialized', { message })),
    normal(seen, `${canaryName(seen)} is back at the promoted revision`),
    alert('ended', message),
  ])
}

/** What the status says of a run only as long as it waits to begin. */
const notBegun = {
  runId: undefined,
  revision: undefined,
  images: undefined,
  gate: undefined,
  reason: undefined,
  nextTickAt: undefined,
}

function stopWaiting(seen: Observation): Decision {
  const before: Phase = seen.canary.status.history?.[0] ? 'Succeeded' : 'Initialized'
  return act(seen, [
    status({
      ...sync(seen, before),
      ...run(seen, notBegun),
    }),
    normal(seen, `${targetName(seen)} is back at the promoted revision, approval is not needed`),
    alert('ended', 'The target is back at the promoted revision, approval is not needed.'),
  ])
}

/** After a failed promotion the canary serves everybody; the next revision goes straight on. */
function promoteOverBroken(seen: Observation): Decision {
  const { target } = seen.workload
  if (target.state !== 'ready') return hold(seen, [report(seen, target.why)])
  const moved = sync(seen, 'Promoting', { weight: 100 })
  const said = `New revision detected! Promoting ${targetName(seen)} over the broken primary`
  return act(seen, [
    { kind: 'promote' },
    status({ ...moved, ...freshRun(seen, 100) }),
    normal(seen, said, 'Promoting'),
    alert('started', 'New revision detected, promoting it over the broken primary.', {
      fields: true,
    }),
  ])
}
