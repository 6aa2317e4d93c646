/** Carries out what a person asked for. */

import { alert, canaryName, phaseOf, status, toPrimary, warning } from '../analysis/act.ts'
import { isMovedOn } from '../analysis/change.ts'
import type { Decision, Effect, Observation, StatusChange } from '../analysis/decision.ts'
import { ended } from '../analysis/history.ts'
import { isScaledDown } from '../analysis/pods.ts'
import { rollBackEffects } from '../analysis/rollback.ts'
import { shift } from '../analysis/routes.ts'
import { analyse, isOverThreshold, restart } from '../analysis/run.ts'
import { isSkipCopied } from '../analysis/skip.ts'
import { begin, idle } from '../analysis/start.ts'
import { runOf, sync } from '../analysis/status.ts'
import type { Order, Turn } from '../analysis/turn.ts'
import { act, finish, retreat } from '../analysis/upkeep.ts'
import { isRunning } from '../canary/phases.ts'
import { promotionHasBegun } from './abort/index.ts'
import { accepted, answered, type Reply } from './answers.ts'
import { sentence } from './fit.ts'

const remedy = 'reset makes a new one of the target as it is'

/** One step by order. The answer is in the same status write as what was done. */
export function carryOut(turn: Turn & { order: Order }): Decision {
  const { seen, order } = turn
  switch (order.verb) {
    case 'abort':
      if (seen.workload.primary.state === 'missing')
        return refused(seen, order, `there is no primary to go back to; ${remedy}`)
      if (isSkipping(seen) && isSkipCopied(seen))
        return refused(seen, order, sentence(promotionHasBegun))
      return settled(seen, abort(seen, order), done(order, 'the canary is rolled back'))
    case 'reset':
      return reset(seen, order)
    case 'retry':
    case 'restart':
      return again(seen, order)
    default:
      return promote(turn)
  }
}

export function done({ request }: Order, message: string): Reply {
  return { request, result: 'done', message }
}

/** The decision with the answer in it; a question stays a question. */
function settled(seen: Observation, decision: Decision, reply: Reply): Decision {
  if (decision.kind === 'check') return decision
  return { ...decision, effects: answered(seen, decision.effects, reply) }
}

function abort(seen: Observation, order: Order): Decision {
  return retreat(seen, abortEffects(seen, order))
}

/** The rollback of a run that somebody aborts. */
export function abortEffects(seen: Observation, { request }: Order): Effect[] {
  const by = request.by ?? 'request'
  const reason = request.reason === undefined ? '' : `: ${request.reason}`
  const text = `aborted by ${by}${reason}`
  return rollBackEffects(seen, {
    reason: text,
    result: 'Aborted',
    by: request.by,
    message: text,
    told: [
      warning(seen, `Rolling back ${canaryName(seen)} ${text}`),
      alert('failed', `Canary ${text}`),
    ],
  })
}

/** Without analysis the copy is made in the phase of the analysis. */
function isSkipping(seen: Observation): boolean {
  const { canary, requests } = seen
  if (!isRunning(phaseOf(seen))) return false
  return canary.skipAnalysis || requests.some(({ verb }) => verb === 'skip-analysis')
}

/** A clean state: traffic on the primary, counters zero, nothing pending. */
function reset(seen: Observation, order: Order): Decision {
  const { canary, workload } = seen
  if (workload.primary.state !== 'ready' && canary.status.canaryWeight === 100)
    return refused(seen, order, `the primary can't take the traffic: ${workload.primary.why}`)
  const { lastPromotedSpec, promotedConfigs, trackedConfigs } = canary.status
  // Held: the target counts as seen. Otherwise only what is promoted does, and a difference runs.
  const known = order.request.hold
    ? {}
    : { lastAppliedSpec: lastPromotedSpec, trackedConfigs: promotedConfigs ?? trackedConfigs }
  const wasRunning = isRunning(phaseOf(seen)) || phaseOf(seen) === 'Waiting'
  const ends = wasRunning || phaseOf(seen) === 'Failed'
  const { by } = order.request
  const record = wasRunning ? ended(seen, { result: 'Aborted', reason: 'reset', by }) : {}
  if (workload.primary.state === 'missing') return initializeAgain(seen, order, record)
  const { paused: _, ...rest } = record.canaryAnalysis ?? runOf(seen)
  const effects: Effect[] = [
    ...shift(seen, toPrimary),
    { kind: 'hold-autoscaler', held: true },
    { kind: 'scale', to: 'zero' },
    status({
      ...sync(seen, 'Initialized', { message: 'The canary was reset.' }),
      ...known,
      ...record,
      canaryAnalysis: rest,
    }),
  ]
  const replies = [done(order, 'clean state, traffic on the primary'), ...dropped(seen)]
  const alerts = ends ? [alert('ended', 'The canary was reset.')] : []
  return retreat(seen, [...answered(seen, effects, ...replies), ...alerts])
}

/** The primary is gone: who asks for a reset accepts the target as it is for the new one. */
function initializeAgain(seen: Observation, order: Order, record: StatusChange): Decision {
  const message = 'The canary was reset, and starts anew because its primary is gone.'
  const { paused: _, ...rest } = record.canaryAnalysis ?? runOf(seen)
  const begun = status({
    ...sync(seen, 'Initializing', { message }),
    ...record,
    canaryAnalysis: rest,
  })
  const replies = [done(order, 'the primary is made from the target'), ...dropped(seen)]
  // Nothing else first: until this is written, an unverified target is not copied.
  return finish(answered(seen, [begun], ...replies))
}

/** Pause and skip go with a reset. */
function dropped({ requests }: Observation): Reply[] {
  return requests
    .filter(({ verb }) => verb === 'pause' || verb === 'skip-analysis')
    .map((request) => ({ request, result: 'superseded', message: 'the canary was reset' }))
}

/** From the start: a run under way at weight zero, an idle canary as if its target had changed. */
function again(seen: Observation, order: Order): Decision {
  const { primary } = seen.workload
  const reply = done(order, 'the analysis starts from the beginning')
  if (isRunning(phaseOf(seen))) return settled(seen, restart(seen, 'order'), reply)
  if (primary.state !== 'ready') return refused(seen, order, primary.why)
  return settled(seen, begin(seen, []), reply)
}

function refused(seen: Observation, { request }: Order, message: string): Decision {
  return retreat(seen, answered(seen, [], { request, result: 'rejected', message }))
}

function promote(turn: Turn & { order: Order }): Decision {
  const { seen, order } = turn
  const why = objection(seen)
  if (why !== undefined) return refused(seen, order, why)
  const paused = seen.requests.find(({ verb }) => verb === 'pause')
  const isLifted = paused && order.mode !== 'step' && order.mode !== 'weight'
  const clear: Effect[] = isLifted
    ? [{ kind: 'clear-requests', annotations: [paused.annotation] }]
    : []
  // To promote what is paused, and waits at no gate, is to resume it.
  if (isLifted && order.mode === 'gate' && !isGated(seen))
    return act(seen, [...answered(seen, [], done(order, 'resumed')), ...clear])
  const obstacle = obstacleTo(seen, order)
  if (obstacle !== undefined) return waiting(turn, obstacle, clear)
  const decision = settled(seen, promoted(turn), done(order, messages[order.mode] ?? 'done'))
  return decision.kind === 'check'
    ? decision
    : { ...decision, effects: [...decision.effects, ...clear] }
}

const messages: Readonly<Record<string, string>> = {
  gate: 'the gate is open',
  step: 'moved on',
  weight: 'moved to the weight',
  full: 'promotion without further checks',
}

function isGated(seen: Observation): boolean {
  const gate = seen.canary.status.canaryAnalysis?.gate
  return phaseOf(seen) !== 'Progressing' || gate !== undefined
}

/** Why a run can't be promoted any more; the next step sees to it. */
function objection(seen: Observation): string | undefined {
  if (!isRunning(phaseOf(seen))) return undefined
  if (isMovedOn(seen)) return 'the target has changed since the run began'
  return isOverThreshold(seen) ? 'too many checks have failed' : undefined
}

/** What an order has to wait for. */
function obstacleTo(seen: Observation, order: Order): string | undefined {
  const { canary, workload, routes } = seen
  const { target, primary } = workload
  if (primary.state !== 'ready') return primary.why
  if (routes && 'unreadable' in routes) return routes.unreadable
  if (canary.status.phase === 'Waiting')
    return order.mode === 'full' ? 'the canary is being scaled up' : undefined
  if (target.state !== 'ready') return target.why
  return isScaledDown(seen) ? 'the canary is being scaled up' : undefined
}

/** The order stays on the object until nothing is in its way; the deadline goes on counting. */
function waiting(turn: Turn & { order: Order }, why: string, clear: Effect[]): Decision {
  const { seen, order } = turn
  const decision =
    phaseOf(seen) === 'Waiting'
      ? idle(turn, false)
      : analyse({ ...turn, order: undefined }, { isPaused: false, skip: false })
  const known = seen.canary.status.requests?.[order.request.verb]
  if (decision.kind === 'check') return decision
  const isKnown = known?.result === 'accepted' && known.id === order.request.id
  const reply: Reply = { request: order.request, result: 'accepted', message: `waiting: ${why}` }
  const effects = isKnown ? decision.effects : accepted(seen, decision.effects, reply)
  return { ...decision, effects: [...effects, ...clear] }
}

function promoted(turn: Turn): Decision {
  if (phaseOf(turn.seen) === 'Waiting') return idle(turn, false)
  return analyse(turn, { isPaused: false, skip: false })
}
