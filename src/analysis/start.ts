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
  type Turn,
  targetName,
  told,
  warning,
} from './act.ts'
import {
  isBackAtPromoted,
  isChanged,
  isForeign,
  isMovedOn,
  isPromoted,
  nextRunId,
} from './change.ts'
import type { Decision, Effect, Observation, Verdict } from './decision.ts'
import { imageChanges } from './history.ts'
import { isServedByCanary } from './routes.ts'
import { phase as enter, run, sync } from './status.ts'
import { act, hold } from './upkeep.ts'

/** One step of an idle canary, or of one that waits to start. */
export function idle(turn: Turn, isPaused: boolean): Decision {
  const { seen } = turn
  if (isForeign(seen)) {
    const adopted = adopt(seen)
    if (adopted) return adopted
  }
  const phase = phaseOf(seen)
  const mustRun = turn.order?.verb === 'restart'
  if (!mustRun && phase === 'Waiting' && isBackAtPromoted(seen)) return stopWaiting(seen)
  if (!mustRun && phase === 'Failed' && isCured(seen)) return recovered(seen)
  if (!mustRun && phase !== 'Waiting' && !isChanged(seen)) return act(seen, [])

  if (isServedByCanary(seen)) return promoteOverBroken(seen)
  const { primary } = seen.workload
  if (primary.state !== 'ready')
    return hold(seen, [report(seen, primary.state === 'missing' ? `${primary.why}` : primary.why)])
  if (seen.routes && 'unreadable' in seen.routes)
    return hold(seen, [report(seen, seen.routes.unreadable)])
  if (isPaused) return act(seen, [report(seen, `${canaryName(seen)} is paused`, 'Normal')])

  const gate = opened(turn) ?? hooks(turn, 'confirm-rollout', phase)
  if (isDecision(gate)) return gate
  if (!gate.passed) return wait(seen, gate)
  return begin(seen, told(seen, gate))
}

/** An order to start counts as an open gate. */
function opened({ seen, order }: Turn): Verdict | undefined {
  const opens = order?.verb === 'promote' || order?.verb === 'restart'
  const isWaiting = phaseOf(seen) === 'Waiting'
  return opens && isWaiting ? { passed: true, events: [], results: [] } : undefined
}

function wait(seen: Observation, { by = '', why }: Verdict): Decision {
  const again = { wakeAt: later(seen.now, seen.canary.analysis.intervalMs), paced: true }
  if (phaseOf(seen) === 'Waiting') return act(seen, [], again)
  const hook = seen.canary.analysis.webhooks.find(({ name }) => name === by)
  const halted = `Halt ${canaryName(seen)} advancement waiting for approval ${by}`
  const gate = { type: 'confirm-rollout', name: by, since: stamp(seen.now) } as const
  const told = warning(seen, halted)
  const alerts = hook?.muteAlert ? [] : [alert('warn', 'Canary is waiting for approval.')]
  const change = { ...enter(seen, 'Waiting'), ...run(seen, { gate, reason: why }) }
  return act(seen, [status(change), told, ...alerts], again)
}

/** Scales the canary up; from the status write on the run is on. */
export function begin(seen: Observation, before: Effect[]): Decision {
  return act(
    seen,
    [
      { kind: 'hold-autoscaler', held: false },
      { kind: 'scale', to: 'full' },
      status({ ...sync(seen, 'Progressing'), ...freshRun(seen) }),
      ...before,
      normal(seen, `New revision detected! Scaling up ${targetName(seen)}`, 'Progressing'),
      alert('info', 'New revision detected, progressing canary analysis.', { fields: true }),
    ],
    { wakeAt: later(seen.now, seen.canary.analysis.intervalMs) },
  )
}

/** The state of a new run. */
export function freshRun(seen: Observation) {
  return {
    canaryAnalysis: {
      runId: nextRunId(seen),
      revision: seen.workload.revision,
      startedAt: stamp(seen.now),
      weight: 0,
      mirrored: false,
      step: 0,
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
  ])
}

function stopWaiting(seen: Observation): Decision {
  const before: Phase = seen.canary.status.history?.[0] ? 'Succeeded' : 'Initialized'
  return act(seen, [
    status({ ...sync(seen, before), ...run(seen, { gate: undefined, reason: undefined }) }),
    normal(seen, `${targetName(seen)} is back at the promoted revision, approval is not needed`),
  ])
}

/**
 * A status of Flagger's: its hashes can't be compared, so target and primary are. Where they
 * agree, ours replace them and nothing runs; where they differ, an idle canary has a change, and
 * a failed one has been told about it already.
 */
function adopt(seen: Observation): Decision | undefined {
  const { revision, primaryRevision } = seen.workload
  const phase = phaseOf(seen)
  if (seen.workload.primary.state === 'missing') return undefined
  const adopted = { lastAppliedSpec: revision, lastPromotedSpec: primaryRevision ?? revision }
  const said = report(seen, `${canaryName(seen)} taken over as it is`, 'Normal')
  if (isPromoted(seen) || phase === 'Failed') return act(seen, [status(adopted), said])
  if (phase === 'Waiting' || primaryRevision === undefined) return undefined
  const known = { lastAppliedSpec: primaryRevision, lastPromotedSpec: primaryRevision }
  return act(seen, [status(known), said])
}

/** Whether a run under way has to take Flagger's hashes over before anything else. */
export function adoptRunning(seen: Observation): Decision | undefined {
  if (!isForeign(seen)) return undefined
  const { revision, primaryRevision } = seen.workload
  const change = { lastAppliedSpec: revision, lastPromotedSpec: primaryRevision ?? revision }
  const said = report(seen, `${canaryName(seen)} taken over in the middle of a run`, 'Normal')
  return act(seen, [status(change), said])
}

/** After a failed promotion the canary serves everybody; the next revision goes straight on. */
function promoteOverBroken(seen: Observation): Decision {
  const { target } = seen.workload
  if (target.state !== 'ready') return hold(seen, [report(seen, target.why)])
  if (!isMovedOn(seen)) return act(seen, [])
  const moved = sync(seen, 'Promoting', { weight: 100 })
  const said = `New revision detected! Promoting ${targetName(seen)} over the broken primary`
  return act(seen, [
    { kind: 'promote' },
    status({ ...moved, ...freshRun(seen) }),
    normal(seen, said, 'Promoting'),
    alert('info', 'New revision detected, promoting it over the broken primary.', { fields: true }),
  ])
}
