/** Waiting for the controller's answer to one request. */

import type { CanaryResource, RequestAnswer, RequestResult } from '../../src/canary/api.gen.ts'
import { KubeError } from '../../src/errors.ts'
import { pause } from '../../src/io/deadline.ts'
import { eventsAbout } from '../../src/report/reading/events.ts'
import { permitted } from '../../src/report/reading/permitted.ts'
import type { Verb } from '../../src/requests/names.gen.ts'
import { followCanary } from '../following/follow.ts'
import { timeLimit } from '../input/durations.ts'
import { exits, Failure } from '../shell/failure.ts'
import { readerOf } from '../shell/reader.ts'
import type { Session } from '../shell/session.ts'
import { note } from '../shell/terminal.ts'

export interface Awaited {
  session: Session
  /** Absent where an annotation was taken away: then the end of the pause is the answer. */
  verb: Verb | undefined
  id: string | undefined
  timeoutMs: number
}

/** The answer with this id; undefined when the time is up. */
export async function awaitAnswer(
  patched: CanaryResource,
  { session, verb, id, timeoutMs }: Awaited,
): Promise<RequestAnswer | undefined> {
  session.allowance?.lift()
  const timeout = timeLimit(timeoutMs)
  const found = new AbortController()
  const signal = AbortSignal.any([timeout, session.signal, found.signal])
  let told: RequestAnswer | undefined
  const listening =
    verb === undefined ? undefined : eventAnswer(patched, verb, { ...session, signal })
  void listening?.then((answer) => {
    told = answer
    if (answer) found.abort()
  })
  try {
    for await (const { status } of followCanary(patched, { ...session, signal })) {
      if (verb === undefined) {
        if (!status?.canaryAnalysis?.paused) return { result: 'done' }
        continue
      }
      const answer = status?.requests?.[verb]
      if (answer && answer.id === id) return answer
    }
  } finally {
    found.abort()
    await listening
  }
  if (session.signal.aborted) {
    note(session.terminal, 'the request stays in place; the controller goes on')
    throw new Failure('interrupted', { exit: exits.interrupted })
  }
  if (told || timeout.aborted) return told
  throw new Failure(`error: ${session.commands.name(patched.metadata)} was deleted`, {
    exit: exits.error,
  })
}

/** As long as an answer in the status takes; then events are looked at, too. */
const eventsEveryMs = 2_000

/**
 * The answer as an event tells it, for clusters with Flagger's own definitions, whose status has no
 * room for answers. Undefined when the signal ends before there is one.
 */
async function eventAnswer(
  { metadata }: CanaryResource,
  verb: Verb,
  session: Session,
): Promise<RequestAnswer | undefined> {
  const { name, namespace = '', resourceVersion } = metadata
  for (;;) {
    await pause(session.clock, eventsEveryMs, session.signal)
    if (session.signal.aborted) return undefined
    const reader = permitted(readerOf(session))
    try {
      const events = await eventsAbout({ name, namespace }, reader)
      const later = events.filter((one) => isLater(one.resourceVersion, resourceVersion))
      const [answer] = later.flatMap(({ event }) => readAnswer(event.message, verb) ?? [])
      if (answer || reader.denied.size > 0) return answer
    } catch (error) {
      // The watch tells what is wrong with the server.
      if (!(error instanceof KubeError)) throw error
    }
  }
}

/** Reads `Request pause by jane (why) accepted: paused`. */
function readAnswer(message: string, verb: Verb): RequestAnswer | undefined {
  const pattern =
    /^Request (\S+)(?: .*)? (accepted|done|unchanged|rejected|superseded|expired): (.*)$/s
  const [, asked, result, text] = pattern.exec(message) ?? []
  if (asked !== verb || result === undefined) return undefined
  // One of the words of the pattern.
  return { result: result as RequestResult, message: text ?? '' }
}

/** Versions of one server grow; where they are no numbers, nothing can be said. */
function isLater(one: string | undefined, other: string | undefined): boolean {
  if (!/^\d+$/.test(one ?? '') || !/^\d+$/.test(other ?? '')) return false
  return BigInt(one ?? 0) > BigInt(other ?? 0)
}
