/** Carries out what a person asked for. */

import {
  alert,
  canaryName,
  closed,
  passed,
  phaseOf,
  status,
  toPrimary,
  warning,
} from '../analysis/act.ts'
import { begin, restart } from '../analysis/begin.ts'
import { isMovedOn } from '../analysis/change.ts'
import type {
  Decision,
  Effect,
  Observation,
  StatusChange,
  Step,
  Verdicts,
} from '../analysis/decision.ts'
import { ended } from '../analysis/history.ts'
import { isOverThreshold } from '../analysis/pacing.ts'
import { isScaledDown } from '../analysis/pods.ts'
import { rollBackEffects } from '../analysis/rollback.ts'
import { shift } from '../analysis/routes.ts'
import type { Rule } from '../analysis/rules/rule.ts'
import { isSkipCopied } from '../analysis/skip.ts'
import { runOf, sync } from '../analysis/status.ts'
import type { Order, Turn } from '../analysis/turn.ts'
import { act, finish, retreat } from '../analysis/upkeep.ts'
import { isRunning } from '../canary/phases.ts'
import { promotionHasBegun } from './abort/index.ts'
import { accepted, answered, type Reply } from './answers.ts'
import { sentence } from './fit.ts'
import type { Verb } from './names.gen.ts'

const remedy = 'reset makes a new one of the target as it is'

/** Orders that decide by themselves. The answer is in the same status write as what was done. */
export const orders: readonly Rule[] = [
  {
    name: 'abortedByPerson',
    because: 'a person takes the traffic back',
    apply: by(['abort'], abort),
  },
  {
    name: 'resetByPerson',
    because: 'a person asks for a clean state',
    apply: by(['reset'], reset),
  },
  {
    name: 'startedAgainByPerson',
    because: 'a person asks for a run from its beginning',
    apply: by(['retry', 'restart'], again),
  },
  {
    name: 'promotionIsRefused',
    because: 'what a person wants to promote is going back anyway',
    apply: by(['promote'], object),
  },
  {
    name: 'resumedByPerson',
    because: 'to promote what is paused, and waits at no gate, is to resume it',
    apply: by(['promote'], resume),
  },
]

/** The rule where a person ordered one of these. */
function by(
  verbs: readonly Verb[],
  apply: (seen: Observation, order: Order) => Step | undefined,
): Rule['apply'] {
  return ({ seen, order }) => (order && verbs.includes(order.verb) ? apply(seen, order) : undefined)
}

export function done({ request }: Order, message: string): Reply {
  return { request, result: 'done', message }
}

/** The step with the answer in it; a question stays a question. */
function settled<S extends Step>(seen: Observation, step: S, reply: Reply): S {
  if (step.kind === 'check') return step
  return { ...step, effects: answered(seen, step.effects, reply) }
}

function abort(seen: Observation, order: Order): Step {
  if (seen.workload.primary.state === 'missing')
    return refused(seen, order, `there is no primary to go back to; ${remedy}`)
  if (isSkipping(seen) && isSkipCopied(seen))
    return refused(seen, order, sentence(promotionHasBegun))
  const undone = retreat(seen, abortEffects(seen, order))
  return settled(seen, undone, done(order, 'the canary is rolled back'))
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
function reset(seen: Observation, order: Order): Step {
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
function initializeAgain(seen: Observation, order: Order, record: StatusChange): Step {
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
function again(seen: Observation, order: Order): Step {
  const { primary } = seen.workload
  const reply = done(order, 'the analysis starts from the beginning')
  if (isRunning(phaseOf(seen))) return settled(seen, restart(seen, 'order'), reply)
  if (primary.state !== 'ready') return refused(seen, order, primary.why)
  return settled(seen, begin(seen, []), reply)
}

function refused(seen: Observation, { request }: Order, message: string): Step {
  return retreat(seen, answered(seen, [], { request, result: 'rejected', message }))
}

/** What is refused is answered, and the next step sees to why. */
function object(seen: Observation, order: Order): Step | undefined {
  const why = objection(seen)
  return why === undefined ? undefined : refused(seen, order, why)
}

function resume(seen: Observation, order: Order): Step | undefined {
  const lifted = liftedBy(seen, order)
  if (lifted.length === 0 || order.mode !== 'gate' || isGated(seen)) return undefined
  return act(seen, [...answered(seen, [], done(order, 'resumed')), ...lifted])
}

/** A promotion ends the pause, unless it is one of single steps. */
function liftedBy({ requests }: Observation, { mode }: Order): Effect[] {
  const paused = requests.find(({ verb }) => verb === 'pause')
  const isLifted = paused && mode !== 'step' && mode !== 'weight'
  return isLifted ? [{ kind: 'clear-requests', annotations: [paused.annotation] }] : []
}

/** What a person's order has answered already: the ways back are shut, and all else has passed. */
const answeredByOrder: Verdicts = {
  'hooks:rollback': closed,
  'hooks:confirm-rollout': passed,
  'hooks:pre-rollout': passed,
  'hooks:rollout': passed,
  'hooks:confirm-traffic-increase': passed,
  'hooks:confirm-promotion': passed,
  metrics: passed,
}

/** A step on its way through the rules of its phase, and what its decision says of the order. */
export interface Way {
  turn: Turn
  settle(decision: Decision): Decision
}

/**
 * How a promotion goes through the rules of its phase: with every question answered. What is in
 * its way is seen to first, as without the order, and the order stays on the object until then.
 */
export function wayOf(turn: Turn): Way {
  const { seen, order } = turn
  if (!order) return { turn, settle: (decision) => decision }
  const lifted = liftedBy(seen, order)
  const ordered = { ...turn, isPaused: false, skip: false, preset: answeredByOrder }
  const why = obstacleTo(seen, order)
  if (why === undefined)
    return {
      turn: ordered,
      settle: (decision) =>
        and(settled(seen, decision, done(order, messages[order.mode] ?? 'done')), lifted),
    }
  const isWaiting = phaseOf(seen) === 'Waiting'
  return {
    turn: isWaiting ? ordered : { ...ordered, order: undefined, preset: {} },
    settle: (decision) => and(waiting(seen, decision, { order, why }), lifted),
  }
}

function and(decision: Decision, effects: readonly Effect[]): Decision {
  if (decision.kind === 'check') return decision
  return { ...decision, effects: [...decision.effects, ...effects] }
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

function waiting(
  seen: Observation,
  decision: Decision,
  { order, why }: { order: Order; why: string },
): Decision {
  const known = seen.canary.status.requests?.[order.request.verb]
  const isKnown = known?.result === 'accepted' && known.id === order.request.id
  if (decision.kind === 'check' || isKnown) return decision
  const reply: Reply = { request: order.request, result: 'accepted', message: `waiting: ${why}` }
  return { ...decision, effects: accepted(seen, decision.effects, reply) }
}
