/** What people ask for by annotation: which request counts, and how each is answered. */

import { normal, phaseOf, report, stamp, status } from '../analysis/act.ts'
import { isChanged } from '../analysis/change.ts'
import type { Effect, Observation, StatusChange } from '../analysis/decision.ts'
import { requestsSince } from '../analysis/history.ts'
import { readRoutes } from '../analysis/routes.ts'
import { runOf } from '../analysis/status.ts'
import { adapt } from '../analysis/strategy.ts'
import type { Order } from '../analysis/turn.ts'
import { lastWeight, nextWeight } from '../analysis/weights.ts'
import type { Phase, RequestAnswer, RequestResult } from '../canary/api.gen.ts'
import { isFinishing, isNew } from '../canary/phases.ts'
import { revisionPrefix } from '../canary/revision.ts'
import { lastingVerbs, type Request, type Verb } from './request.ts'

/** An answer that needs no action. */
export interface Reply {
  request: Request
  result: RequestResult
  message: string
}

export interface Taken {
  /** Answers to write before anything else happens; then the next step goes on. */
  replies: Reply[]
  order: Order | undefined
  /** The pause in force. */
  pause: Request | undefined
  /** The run in progress, or the next one, is promoted without checks. */
  skip: Request | undefined
}

/** A request that was left on the object while no controller ran is too old to be meant now. */
const expiresAfterMs = 5 * 60_000
const neverExpires: readonly Verb[] = ['abort', 'pause', 'skip-analysis']
const maxHandled = 20

/** Sorts the pending requests: the safest one is carried out, the rest are answered. */
export function takeRequests(seen: Observation): Taken {
  const replies: Reply[] = []
  const valid: Request[] = []
  for (const request of seen.requests) {
    const reply = refusal(seen, request)
    if (reply) replies.push(reply)
    else valid.push(request)
  }
  const pause = valid.find(({ verb }) => verb === 'pause')
  const skip = valid.find(({ verb }) => verb === 'skip-analysis')
  const [first, ...others] = valid.filter(({ verb }) => !isStanding(verb))
  for (const request of others)
    replies.push({ request, result: 'superseded', message: `${first?.verb} goes first` })
  const order = first && orderOf(seen, first, pause)
  if (order && 'result' in order) replies.push(order)
  const taken = { replies, pause, skip }
  return { ...taken, order: order && 'mode' in order ? order : undefined }
}

/** The answers to everything that is to be done now, where nothing can be done. */
export function refuseAll(seen: Observation, message: string): Reply[] {
  return seen.requests
    .filter(({ verb }) => !isStanding(verb))
    .map((request) => refusal(seen, request) ?? { request, result: 'rejected', message })
}

function isStanding(verb: Verb): boolean {
  return lastingVerbs.includes(verb) || verb === 'skip-analysis'
}

/** Why a request is not carried out at all, whatever the phase. */
function refusal(seen: Observation, request: Request): Reply | undefined {
  const reply = (result: RequestResult, message: string): Reply => ({ request, result, message })
  if (request.unreadable !== undefined) return reply('rejected', request.unreadable)
  if (isHandled(seen, request)) return reply('unchanged', 'this request was handled before')
  if (isReplay(seen, request)) return reply('rejected', 'set again right after; is it in Git?')
  if (isExpired(seen, request)) return reply('expired', 'it waited longer than 5 minutes')
  if (isForAnother(seen, request))
    return reply('rejected', `revision is now ${seen.workload.revision}`)
  if (seen.canary.suspended && !isStanding(request.verb))
    return reply('rejected', 'spec.suspend is true; set it to false first')
  return undefined
}

function isHandled(seen: Observation, { verb, id }: Request): boolean {
  const { canary } = seen
  const { requests, handledRequestIds = [] } = canary.status
  if (lastingVerbs.includes(verb)) return false
  if (id === undefined) return isLeftBehind(seen, verb)
  // A skip is noted when it is accepted, and handled only once a run used it up.
  if (isStanding(verb)) return requests?.[verb]?.id === id && requests[verb].result === 'done'
  return handledRequestIds.includes(id)
}

/**
 * A plain word has no number: one that was answered shortly before this process began, and is
 * there at the start, is what a process that died had no time to take away.
 */
function isLeftBehind({ canary, now, startedAt }: Observation, verb: Verb): boolean {
  const last = canary.status.requests?.[verb]
  if (last?.at === undefined || last.id !== undefined || last.result === 'accepted') return false
  const age = startedAt.getTime() - Date.parse(last.at)
  const isAtStart = now.getTime() - startedAt.getTime() < canary.analysis.intervalMs
  return isAtStart && age >= 0 && age < expiresAfterMs
}

/** A plain word has no number: one that was just answered is taken for the same. */
function isReplay(seen: Observation, { verb, id }: Request): boolean {
  const last = seen.canary.status.requests?.[verb]
  if (id !== undefined || lastingVerbs.includes(verb) || last?.at === undefined) return false
  if (last.id !== undefined || last.result === 'accepted') return false
  // An answer of the future comes from a clock that was set back since.
  return Math.abs(seen.now.getTime() - Date.parse(last.at)) < seen.canary.analysis.intervalMs
}

/** Whether it was meant for another revision. A pause that is in force goes on holding any. */
function isForAnother(seen: Observation, request: Request): boolean {
  const { revision = '', verb } = request
  if (lastingVerbs.includes(verb) && isAcknowledged(seen, request)) return false
  const current = seen.workload.revision
  return !current.startsWith(revision) && !current.startsWith(`${revisionPrefix}${revision}`)
}

function isExpired(seen: Observation, { verb, at }: Request): boolean {
  if (at === undefined || neverExpires.includes(verb)) return false
  const asked = Date.parse(at)
  const isOld = seen.startedAt.getTime() - asked > expiresAfterMs
  return !Number.isNaN(asked) && isOld
}

/** Why a run can't be aborted any more, and the way back that is left. */
export const promotionHasBegun =
  'promotion has begun; to go back, put the earlier version into the target'

const idle: readonly Phase[] = ['Initialized', 'Succeeded']
const analysed: readonly Phase[] = ['Waiting', 'Progressing', 'WaitingPromotion']

/** Fits a request to the phase: an order, or the answer why there is nothing to do. */
function orderOf(seen: Observation, request: Request, pause: Request | undefined): Order | Reply {
  const phase = phaseOf(seen)
  const no = (message: string): Reply => ({ request, result: 'rejected', message })
  const same = (message: string): Reply => ({ request, result: 'unchanged', message })
  const order = { verb: request.verb, mode: request.mode ?? 'gate', request } as const
  if (isNew(phase))
    return request.verb === 'reset' ? order : no('the canary is not initialized yet')
  switch (request.verb) {
    case 'abort':
      if (phase === 'Failed') return same('already failed')
      if (isFinishing(phase)) return no(promotionHasBegun)
      return analysed.includes(phase) ? order : no('no rollout in progress')
    case 'reset':
      // A promotion whose primary is gone has no end to wait for.
      if (isFinishing(phase) && seen.workload.primary.state !== 'missing')
        return no('promotion has begun; wait for its end')
      return order
    case 'retry':
      if (phase !== 'Failed') return no('only a failed canary can be retried')
      return order
    case 'restart':
      return isFinishing(phase) ? no('promotion has begun; wait for its end') : order
    default:
      return promotionOf(seen, request, pause)
  }
}

function promotionOf(
  seen: Observation,
  request: Request,
  pause: Request | undefined,
): Order | Reply {
  const phase = phaseOf(seen)
  const no = (message: string): Reply => ({ request, result: 'rejected', message })
  const same = (message: string): Reply => ({ request, result: 'unchanged', message })
  const order = (mode: Order['mode']): Order => ({ verb: 'promote', mode, request })
  if (isFinishing(phase)) return same('the promotion is under way')
  if (phase === 'Failed') return no('the run has failed; push a fix, or ask for reset or retry')
  if (idle.includes(phase))
    return isChanged(seen) ? no('the run has not started yet') : same('already promoted')
  const { mode } = request
  if (mode === 'step' || mode === 'weight')
    return phase === 'Progressing' ? stepOf(seen, request, mode) : no('no analysis in progress')
  if (mode === 'full') return order('full')
  const waits = phase !== 'Progressing' || runOf(seen).gate !== undefined || pause !== undefined
  if (waits) return order('gate')
  // `true` by hand in a run that waits at no gate means: to the end. The plugin says which.
  return mode === undefined ? order('full') : no('it is not waiting')
}

function stepOf(seen: Observation, request: Request, mode: 'step' | 'weight'): Order | Reply {
  const no = (message: string): Reply => ({ request, result: 'rejected', message })
  if (!seen.abilities.weights)
    return no(`provider ${seen.canary.provider} moves no traffic by weight`)
  const now = readRoutes(seen)?.canary ?? 0
  const why = mode === 'weight' ? badWeight(seen, request, now) : badSteps(seen, request, now)
  return why === undefined ? { verb: 'promote', mode, request } : no(why)
}

function badWeight(seen: Observation, { weight }: Request, now: number): string | undefined {
  if (adapt(seen).strategy !== 'canary') return 'only a weighted run has weights'
  const most = lastWeight(seen.canary.analysis)
  const isGood = Number.isInteger(weight) && weight !== undefined && weight > now && weight <= most
  return isGood ? undefined : `the weight must be a whole number above ${now}, at most ${most}`
}

function badSteps(seen: Observation, { steps = 1 }: Request, now: number): string | undefined {
  if (!Number.isInteger(steps) || steps < 1) return 'the steps must be a whole number above 0'
  const { strategy, iterations } = adapt(seen)
  const isLast =
    strategy === 'canary'
      ? nextWeight(seen.canary.analysis, now) === undefined
      : (seen.canary.status.iterations ?? 0) >= iterations
  return isLast ? 'the last step is the promotion: promote once it waits, or in full' : undefined
}

/** The effects that write answers, tell them as events, and take the annotations away. */
export function answer(seen: Observation, replies: readonly Reply[]): Effect[] {
  return [status(answers(seen, replies)), ...aftermath(seen, replies)]
}

/** Adds an answer to what was done: in the last status write, so that neither is without the other. */
export function answered(seen: Observation, effects: Effect[], ...replies: Reply[]): Effect[] {
  const last = effects.findLastIndex(({ kind }) => kind === 'status')
  const written = effects.map((effect, index): Effect => {
    if (index !== last || effect.kind !== 'status') return effect
    const given = answers(seen, replies, effect.change)
    return status({ ...effect.change, ...given, ...inRecord(effect.change, given) })
  })
  const all = last < 0 ? [...written, status(answers(seen, replies))] : written
  return [...all, ...aftermath(seen, replies)]
}

/** The record of a run that ends by a request names it. */
function inRecord({ history }: StatusChange, { requests = {} }: StatusChange): StatusChange {
  const [ended, ...earlier] = history ?? []
  if (!ended) return {}
  return { history: [{ ...ended, requests: requestsSince(requests, ended.startedAt) }, ...earlier] }
}

/** The same for an order that stays on the object until it can be carried out. */
export function accepted(seen: Observation, effects: Effect[], reply: Reply): Effect[] {
  return answered(seen, effects, reply).filter(
    (effect) =>
      effect.kind !== 'clear-requests' || !effect.annotations.includes(reply.request.annotation),
  )
}

/** Beside what the same write says already. */
function answers(
  seen: Observation,
  replies: readonly Reply[],
  written: StatusChange = {},
): StatusChange {
  const { requests, handledRequestIds } = { ...seen.canary.status, ...written }
  // A request that comes back keeps the answer that its sender may still be waiting for.
  const fresh = replies.filter(({ request }) => !isHandled(seen, request))
  const given = fresh.map(({ request, result, message }): [string, RequestAnswer] => [
    request.verb,
    {
      ...(request.id !== undefined && { id: request.id }),
      result,
      message,
      at: stamp(seen.now),
      ...(request.by !== undefined && { by: request.by }),
      ...(request.reason !== undefined && { reason: request.reason }),
    },
  ])
  const ids = fresh
    .filter(({ result }) => result !== 'accepted')
    .flatMap(({ request }) => (request.id === undefined ? [] : [request.id]))
  return {
    requests: { ...requests, ...Object.fromEntries(given) },
    handledRequestIds: [...new Set([...ids, ...(handledRequestIds ?? [])])].slice(0, maxHandled),
  }
}

function aftermath(seen: Observation, replies: readonly Reply[]): Effect[] {
  const cleared = replies
    .filter(({ request, result }) => !isStanding(request.verb) || result !== 'accepted')
    .map(({ request }) => request.annotation)
  const events = replies.map(({ request, result, message }): Effect => {
    const by = request.by === undefined ? '' : ` by ${request.by}`
    const reason = request.reason === undefined ? '' : ` (${request.reason})`
    const text = `Request ${request.verb}${by}${reason} ${result}: ${message}`
    // Where the status has no room for answers, this would come with every step.
    return result === 'accepted' ? report(seen, text, 'Normal') : normal(seen, text)
  })
  const clear: Effect[] =
    cleared.length > 0 ? [{ kind: 'clear-requests', annotations: cleared }] : []
  return [...clear, ...events]
}

/** Whether this standing request has been acknowledged already. */
export function isAcknowledged(seen: Observation, request: Request): boolean {
  const last = seen.canary.status.requests?.[request.verb]
  if (last?.result !== 'accepted') return false
  return request.id === undefined || last.id === request.id
}
