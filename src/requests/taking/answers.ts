/** How requests are answered: in the status, by an event, and by taking their annotation away. */

import type { Effect, Glance, StatusChange } from '../../analysis/decision.ts'
import { normal, report, writeStatus } from '../../analysis/effects/act.ts'
import { requestsSince } from '../../analysis/status/history.ts'
import type { RequestAnswer, RequestResult } from '../../canary/api.gen.ts'
import { stamp } from '../../stamp.ts'
import type { Request } from '../fields.ts'
import type { Verb } from '../names.gen.ts'
import { isStanding, rowOf } from '../verbs.ts'

/** An answer that needs no action. */
export interface Reply {
  request: Request
  result: RequestResult
  message: string
}

/** As many ids as the status remembers. */
const maxHandled = 20
/** What a process that died had no time to take away is not older than this. */
const leftForMs = 5 * 60_000

/**
 * The effects that write answers, tell them as events, and take the annotations away of all that is
 * not only accepted.
 */
export function answer(seen: Glance, replies: readonly Reply[]): Effect[] {
  return [writeStatus(answers(seen, replies)), ...aftermath(seen, replies)]
}

/** Adds an answer to what was done: in the last status write, so that neither is without the other. */
export function answered(seen: Glance, effects: Effect[], ...replies: Reply[]): Effect[] {
  const last = effects.findLastIndex(({ kind }) => kind === 'status')
  const written = effects.map((effect, index): Effect => {
    if (index !== last || effect.kind !== 'status') return effect
    const given = answers(seen, replies, effect.change)
    return writeStatus({ ...effect.change, ...given, ...inRecord(effect.change, given) })
  })
  const all = last < 0 ? [...written, writeStatus(answers(seen, replies))] : written
  return [...all, ...aftermath(seen, replies)]
}

/** The record of a run that ends by a request names it. */
function inRecord({ history }: StatusChange, { requests = {} }: StatusChange): StatusChange {
  const [ended, ...earlier] = history ?? []
  if (!ended) return {}
  return { history: [{ ...ended, requests: requestsSince(requests, ended.startedAt) }, ...earlier] }
}

/** Beside what the same write says already. */
function answers(
  seen: Glance,
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

function aftermath(seen: Glance, replies: readonly Reply[]): Effect[] {
  // What was accepted stands, or waits until it can be carried out.
  const cleared = replies
    .filter(({ result }) => result !== 'accepted')
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
export function isAcknowledged(seen: Glance, request: Request): boolean {
  const last = seen.canary.status.requests?.[request.verb]
  if (last?.result !== 'accepted') return false
  return request.id === undefined || last.id === request.id
}

/** Whether its answer was given already. */
export function isHandled(seen: Glance, { verb, id }: Request): boolean {
  const { canary } = seen
  const row = rowOf(verb)
  const { requests, handledRequestIds = [] } = canary.status
  if (row.lasts === 'until-removed') return false
  if (id === undefined) return isLeftBehind(seen, verb)
  // A skip is noted when it is accepted, and handled only once a run used it up.
  if (isStanding(row)) return requests?.[verb]?.id === id && requests[verb].result === 'done'
  return handledRequestIds.includes(id)
}

/**
 * A plain word has no number: one that was answered shortly before this process began, and is
 * there at the start, is what a process that died had no time to take away.
 */
function isLeftBehind({ canary, now, startedAt }: Glance, verb: Verb): boolean {
  const last = canary.status.requests?.[verb]
  if (last?.at === undefined || last.id !== undefined || last.result === 'accepted') return false
  const age = startedAt.getTime() - Date.parse(last.at)
  const isAtStart = now.getTime() - startedAt.getTime() < canary.analysis.intervalMs
  return isAtStart && age >= 0 && age < leftForMs
}
