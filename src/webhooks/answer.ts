/** What an answer of a hook means. */
import type { HttpAnswer } from '../io/http.ts'
import { shownAddress } from '../shown-address.ts'

/** Long enough for a reason, short enough for an event. */
const longestText = 512

export type Meaning =
  | { kind: 'passed' }
  /** `said` is for the event: the answer as it came, maybe nothing, as Flagger has it. */
  | { kind: 'failed'; why: string; said: string }
  | { kind: 'retry' }

/** Any 2xx is success. 429 and 5xx may pass by, 501 and all others are final. */
export function meaningOf({ status, body }: HttpAnswer): Meaning {
  if (status >= 200 && status < 300) return { kind: 'passed' }
  if (status === 429 || (status >= 500 && status !== 501)) return { kind: 'retry' }
  const said = body.length > longestText ? bounded(body) : body
  return { kind: 'failed', why: bounded(body) || `status ${status}`, said }
}

/**
 * Why a hook failed that was tried in vain: Flagger's words, then what came last. `said` is for the
 * event, which has Flagger's words alone where the server said nothing of its own.
 */
export function exhausted(
  url: string,
  attempts: number,
  last: HttpAnswer | Error,
): { why: string; said: string } {
  const shown = shownAddress(url)
  const text = `POST ${shown} giving up after ${attempts} attempt(s)`
  // The client names method and host; both are there already.
  const told =
    last instanceof Error
      ? `Post "${shown}": ${bounded(last.message.replace(/^[A-Z]+ https?:\/\/\S+: /, ''))}`
      : bounded(last.body)
  if (told !== '') return { why: `${text}: ${told}`, said: `${text}: ${told}` }
  return { why: `${text}: ${statusOf(last)}`, said: text }
}

function statusOf(last: HttpAnswer | Error): string {
  return last instanceof Error ? 'no answer' : `status ${last.status}`
}

function bounded(text: string): string {
  const trimmed = text.trim()
  return trimmed.length > longestText ? `${trimmed.slice(0, longestText)}…` : trimmed
}
