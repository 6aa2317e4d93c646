/** Which of the pending requests counts, and how the others are answered. */

import type { Glance, Observation } from '../../analysis/decision.ts'
import type { Order } from '../../analysis/turn.ts'
import type { RequestResult } from '../../canary/api.gen.ts'
import { revisionPrefix } from '../../canary/revision.ts'
import type { Request } from '../fields.ts'
import { sentence } from '../fit.ts'
import { isStanding, rowOf, whileSuspended } from '../verbs.ts'
import { isAcknowledged, isHandled, type Reply } from './answers.ts'
import { situationOf } from './seen.ts'

export interface Taken extends Standing {
  /** Answers to write before anything else happens; then the next step goes on. */
  replies: Reply[]
  order: Order | undefined
}

/** What stands on the object until it is removed or used up. */
export interface Standing {
  /** The pause in force. */
  pause: Request | undefined
  /** The run in progress, or the next one, is promoted without checks. */
  skip: Request | undefined
  /** Orders whose time has not come; without one that goes first they stay on the object. */
  ahead: readonly Request[]
}

/** A request that was left on the object while no controller ran is too old to be meant now. */
const expiresAfterMs = 5 * 60_000

/** Sorts the pending requests: the safest one is carried out, the rest are answered. */
export function takeRequests(seen: Observation): Taken {
  const { replies, valid } = sorted(seen)
  const { pause, skip, ahead } = standingAmong(seen, valid)
  const orders = valid.filter(({ verb }) => !isStanding(rowOf(verb)))
  const first = orders.find((one) => !ahead.includes(one))
  // Who stops a run does not want it to begin again by itself.
  for (const request of first ? orders.filter((one) => one !== first) : [])
    replies.push({ request, result: 'superseded', message: `${first?.verb} goes first` })
  const order = first && orderOf(seen, first, pause)
  if (order && 'result' in order) replies.push(order)
  const taken = { replies, pause, skip, ahead: first ? [] : ahead }
  return { ...taken, order: order && 'mode' in order ? order : undefined }
}

/** Whether it was asked for a later time. */
function isAhead({ now }: Glance, { from }: Request): boolean {
  return from !== undefined && Date.parse(from) > now.getTime()
}

/** What stands, whatever else is asked for. */
export function standingOf(seen: Glance): Standing {
  return standingAmong(seen, sorted(seen).valid)
}

/** The answers to everything that is to be done now, and to all that is wrong, where nothing can be done. */
export function refuseAll(seen: Glance, message: string): Reply[] {
  const { replies, valid } = sorted(seen)
  const orders = valid.filter(({ verb }) => !isStanding(rowOf(verb)))
  return [...replies, ...orders.map((request): Reply => ({ request, result: 'rejected', message }))]
}

function sorted(seen: Glance): { replies: Reply[]; valid: Request[] } {
  const replies: Reply[] = []
  const valid: Request[] = []
  for (const request of seen.requests) {
    const reply = refusal(seen, request)
    if (reply) replies.push(reply)
    else valid.push(request)
  }
  return { replies, valid }
}

function standingAmong(seen: Glance, valid: readonly Request[]): Standing {
  const pause = valid.find(({ verb }) => verb === 'pause')
  const skip = valid.find(({ verb }) => verb === 'skip-analysis')
  const ahead = valid.filter(({ verb }) => !isStanding(rowOf(verb)))
  return { pause, skip, ahead: ahead.filter((one) => isAhead(seen, one)) }
}

/** Why a request is not carried out at all, whatever the phase. */
function refusal(seen: Glance, request: Request): Reply | undefined {
  const reply = (result: RequestResult, message: string): Reply => ({ request, result, message })
  if (request.unreadable !== undefined) return reply('rejected', request.unreadable)
  if (isHandled(seen, request)) return reply('unchanged', 'this request was handled before')
  if (isReplay(seen, request)) return reply('rejected', 'set again right after; is it in Git?')
  if (isExpired(seen, request)) return reply('expired', 'it waited longer than 5 minutes')
  if (isForAnother(seen, request))
    return reply('rejected', `revision is now ${seen.workload.revision}`)
  const suspended = whileSuspended(rowOf(request.verb), seen.canary)
  return suspended && reply('rejected', sentence(suspended))
}

/** A plain word has no number: one that was just answered is taken for the same. */
function isReplay(seen: Glance, { verb, id }: Request): boolean {
  const last = seen.canary.status.requests?.[verb]
  if (id !== undefined || rowOf(verb).lasts === 'until-removed' || last?.at === undefined)
    return false
  if (last.id !== undefined || last.result === 'accepted') return false
  // An answer of the future comes from a clock that was set back since.
  return Math.abs(seen.now.getTime() - Date.parse(last.at)) < seen.canary.analysis.intervalMs
}

/** Whether it was meant for another revision. A pause that is in force goes on holding any. */
function isForAnother(seen: Glance, request: Request): boolean {
  const { revision = '', verb } = request
  if (rowOf(verb).lasts === 'until-removed' && isAcknowledged(seen, request)) return false
  const current = seen.workload.revision
  return !current.startsWith(revision) && !current.startsWith(`${revisionPrefix}${revision}`)
}

function isExpired(seen: Glance, { verb, at, from = at }: Request): boolean {
  if (from === undefined || rowOf(verb).neverExpires) return false
  const asked = Date.parse(from)
  const isOld = seen.startedAt.getTime() - asked > expiresAfterMs
  return !Number.isNaN(asked) && isOld
}

/** Fits a request to the situation: an order, or the answer why there is nothing to do. */
function orderOf(seen: Observation, request: Request, pause: Request | undefined): Order | Reply {
  const { verb } = request
  const fit = rowOf(verb).fit(request, situationOf(seen, pause))
  if (fit.kind === 'act') return { verb, mode: fit.mode ?? 'gate', request }
  if (fit.kind === 'same') return { request, result: 'unchanged', message: fit.why }
  return { request, result: 'rejected', message: sentence(fit) }
}
