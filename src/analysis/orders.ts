/** Carries out what a person asked for. */
import {
  alert,
  canaryName,
  normal,
  phaseOf,
  report,
  stamp,
  status,
  type Turn,
  toPrimary,
  warning,
} from './act.ts'
import { isBackAtPromoted } from './change.ts'
import type { Decision, Effect, Observation } from './decision.ts'
import { ended } from './history.ts'
import { answered, type Order, type Reply } from './requests.ts'
import { rollBackEffects } from './rollback.ts'
import { isRunning, shift } from './routes.ts'
import { analyse, restart } from './run.ts'
import { begin, idle } from './start.ts'
import { sync } from './status.ts'
import { act } from './upkeep.ts'

/** One step by order. The answer is in the same status write as what was done. */
export function carryOut(turn: Turn & { order: Order }): Decision {
  const { seen, order } = turn
  switch (order.verb) {
    case 'abort':
      return settled(seen, abort(seen, order), done(order, 'the canary is rolled back'))
    case 'reset':
      return reset(seen, order)
    case 'retry':
    case 'restart':
      return settled(seen, again(seen), done(order, 'the analysis starts from the beginning'))
    default:
      return promote(turn)
  }
}

function done({ request }: Order, message: string): Reply {
  return { request, result: 'done', message }
}

/** The decision with the answer in it; a question stays a question. */
function settled(seen: Observation, decision: Decision, reply: Reply): Decision {
  if (decision.kind === 'check') return decision
  return { ...decision, effects: answered(seen, decision.effects, reply) }
}

function abort(seen: Observation, { request }: Order): Decision {
  const by = request.by ?? 'request'
  const reason = request.reason === undefined ? '' : `: ${request.reason}`
  const text = `aborted by ${by}${reason}`
  return act(
    seen,
    rollBackEffects(seen, {
      reason: text,
      result: 'Aborted',
      by: request.by,
      message: text,
      told: [
        warning(seen, `Rolling back ${canaryName(seen)} ${text}`),
        alert('error', `Canary ${text}`),
      ],
    }),
  )
}

/** A clean state: traffic on the primary, counters zero, nothing pending. */
function reset(seen: Observation, order: Order): Decision {
  const { primary } = seen.workload
  const reply = (result: Reply['result'], message: string): Reply => ({
    request: order.request,
    result,
    message,
  })
  if (primary.state !== 'ready' && seen.canary.status.canaryWeight === 100)
    return act(seen, answered(seen, [], reply('rejected', `the primary is not ready`)))
  const { lastPromotedSpec } = seen.canary.status
  // Held: the target counts as seen. Otherwise only what is promoted does, and a difference runs.
  const known = order.request.hold ? {} : { lastAppliedSpec: lastPromotedSpec }
  const wasRunning = isRunning(phaseOf(seen)) || phaseOf(seen) === 'Waiting'
  const { by } = order.request
  const record = wasRunning ? ended(seen, { result: 'Aborted', reason: 'reset', by }) : {}
  const standing = seen.requests
    .filter(({ verb }) => verb === 'pause' || verb === 'skip-analysis')
    .map(({ annotation }) => annotation)
  const clear: Effect[] =
    standing.length > 0 ? [{ kind: 'clear-requests', annotations: standing }] : []
  const effects: Effect[] = [
    ...shift(seen, toPrimary),
    { kind: 'hold-autoscaler', held: true },
    { kind: 'scale', to: 'zero' },
    status({
      ...sync(seen, 'Initialized', { message: 'The canary was reset.' }),
      ...known,
      ...record,
      skipAnalysisOnce: undefined,
    }),
    ...clear,
  ]
  return act(seen, answered(seen, effects, reply('done', 'clean state, traffic on the primary')))
}

/** From the start: a run under way at weight zero, an idle canary as if its target had changed. */
function again(seen: Observation): Decision {
  if (isRunning(phaseOf(seen))) return restart(seen)
  const { primary } = seen.workload
  if (primary.state !== 'ready') return act(seen, [report(seen, primary.why)])
  return begin(seen, [])
}

function promote(turn: Turn & { order: Order }): Decision {
  const { seen, order } = turn
  const paused = seen.requests.find(({ verb }) => verb === 'pause')
  const clear: Effect[] =
    paused && order.mode !== 'step' && order.mode !== 'weight'
      ? [{ kind: 'clear-requests', annotations: [paused.annotation] }]
      : []
  // To promote what is paused, and waits at no gate, is to resume it.
  const isResumed = paused && order.mode === 'gate' && !isGated(seen)
  const decision = isResumed ? act(seen, []) : promoted(turn)
  const waits = order.mode === 'full' && !isReady(seen)
  if (decision.kind === 'check') return decision
  if (waits) return waiting(seen, decision, order)
  const message = messages[order.mode]
  const effects = answered(seen, [...decision.effects, ...clear], done(order, message))
  return { ...decision, effects }
}

const messages = {
  gate: 'the gate is open',
  step: 'moved on',
  weight: 'moved to the weight',
  full: 'promotion without further checks',
}

function isGated(seen: Observation): boolean {
  const gate = seen.canary.status.canaryAnalysis?.gate
  return phaseOf(seen) !== 'Progressing' || gate !== undefined
}

/** The order stays on the object until the pods are there; the deadline goes on counting. */
function waiting(seen: Observation, decision: Decision, { request }: Order): Decision {
  const { target } = seen.workload
  const why = 'why' in target ? target.why : ''
  const said = normal(seen, `Request promote accepted: waiting for the canary: ${why}`)
  const known = seen.canary.status.requests?.[request.verb]
  if (decision.kind === 'check' || known?.result === 'accepted') return decision
  const noted = {
    ...(request.id !== undefined && { id: request.id }),
    result: 'accepted' as const,
    message: why,
    at: stamp(seen.now),
  }
  const requests = { ...seen.canary.status.requests, [request.verb]: noted }
  return { ...decision, effects: [...decision.effects, status({ requests }), said] }
}

function isReady(seen: Observation): boolean {
  const { target, primary } = seen.workload
  const isUp = phaseOf(seen) === 'Waiting' || target.state === 'ready'
  return isUp && primary.state === 'ready'
}

function promoted(turn: Turn): Decision {
  const { seen } = turn
  if (phaseOf(seen) === 'Waiting') return idle(turn, false)
  if (isBackAtPromoted(seen)) return idle({ ...turn, order: undefined }, false)
  return analyse(turn, { isPaused: false, skip: false })
}
