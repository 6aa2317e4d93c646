/** Puts the questions of checks, and says what came of them. */
import type { MetricCheck } from './checks.ts'
import { type Answerer, hear, refusal } from './conversation.ts'
import type { Counted } from './requests.ts'

/** What came of a check, or the text of the event that says why it could not be asked. */
export type Outcome = Counted | { error: string; isOurs?: true } | { problem: string }

/** Puts the questions of a check side by side; rejects as `answer` does, and never else. */
export async function ask(check: MetricCheck, answer: Answerer): Promise<Outcome> {
  const { askRequests } = check
  if (!askRequests) return put(check.ask(), answer)
  const [outcome, counted] = await Promise.all([
    put(check.ask(), answer),
    put(askRequests(), answer),
  ])
  if (!isCounted(outcome)) return outcome
  if ('error' in counted) return { ...counted, error: `requestsQuery: ${counted.error}` }
  if (!isCounted(counted)) return counted
  // Of no requests at all there is no series.
  return { ...outcome, requests: counted.counts?.all ?? counted.value ?? 0 }
}

const isCounted = (outcome: Outcome): outcome is Counted =>
  !('error' in outcome || 'problem' in outcome)

async function put(question: ReturnType<MetricCheck['ask']>, answer: Answerer): Promise<Outcome> {
  if ('problem' in question) return question
  const heard = await hear(question, answer)
  if ('value' in heard) return heard.value
  const { error, begun, isOurs } = heard
  if (!begun) return { problem: question.building + error }
  return { error, ...(isOurs && { isOurs }) }
}

/** Why a check can't be asked, as far as that shows without asking; undefined where it can. */
export function obstacleTo({ ask, askRequests }: MetricCheck): string | undefined {
  for (const put of askRequests ? [ask, askRequests] : [ask]) {
    const question = put()
    if ('problem' in question) return question.problem
    const why = refusal(question)
    if (why !== undefined) return question.building + why
  }
  return undefined
}
