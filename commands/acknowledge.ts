/** Waiting for the controller's answer to one request. */
import type { CanaryResource, RequestAnswer } from '../src/canary/api.gen.ts'
import type { Verb } from '../src/canary/requests.ts'
import { exits, Failure } from './failure.ts'
import { followCanary } from './follow.ts'
import type { Session } from './session.ts'
import { note } from './terminal.ts'

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
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = AbortSignal.any([timeout, session.signal])
  for await (const { status } of followCanary(patched, { ...session, signal })) {
    if (verb === undefined) {
      if (!status?.canaryAnalysis?.paused) return { result: 'done' }
      continue
    }
    const answer = status?.requests?.[verb]
    if (answer && answer.id === id) return answer
  }
  if (session.signal.aborted) {
    note(session.terminal, 'the request stays in place; the controller goes on')
    throw new Failure('interrupted', { exit: exits.interrupted })
  }
  if (timeout.aborted) return undefined
  throw new Failure(`error: canary.flagger.app/${patched.metadata.name} was deleted`, {
    exit: exits.error,
  })
}
