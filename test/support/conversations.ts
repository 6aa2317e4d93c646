/** Metric providers asked and answered without a server. */
import type { HttpAnswer, HttpRequest } from '../../src/io/http.ts'
import type { Answerer } from '../../src/metrics/conversation.ts'
import type { Answer, Ask, Conversation } from '../../src/metrics/provider.ts'

/** What is asked first; throws as the provider does where it can ask nothing. */
export function firstAsk<T>(talk: Conversation<T>): Ask {
  const { done, value } = talk.next({})
  if (done) throw new Error('nothing was asked')
  return value
}

/** The first request, of a provider that begins with one. */
export function firstRequest<T>(talk: Conversation<T>): HttpRequest {
  const ask = firstAsk(talk)
  if (!('http' in ask)) throw new Error(`asked for ${Object.keys(ask)}, not by HTTP`)
  return ask.http
}

/** What a provider makes of these answers, one after the other; throws as it does. */
export function replay<T>(talk: Conversation<T>, ...answers: readonly Answer[]): T {
  let step = talk.next({})
  for (const answer of answers) {
    if (step.done) throw new Error('there are more answers than questions')
    step = talk.next(answer)
  }
  if (!step.done) throw new Error(`no answer is left for ${JSON.stringify(step.value)}`)
  return step.value
}

/** Credentials that are good at half past midnight. */
export const madeUpCredentials = {
  aws: {
    cloud: 'aws',
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI-EXAMPLEKEY',
    sessionToken: 'session-token-1',
    at: new Date('2026-01-01T00:30:00Z'),
  },
  gcp: {
    cloud: 'gcp',
    token: 'google-token-1',
    project: 'shop',
    at: new Date('2026-01-01T00:30:00Z'),
  },
} as const

/**
 * Gives the same answer, or error, to every request; a function makes it of the request. The API
 * server says the same, as far as it is JSON; credentials are made up, and nobody waits.
 */
export function answering(
  given: HttpAnswer | { error: string } | ((request: HttpRequest) => HttpAnswer),
): Answerer {
  return async (ask) => {
    if ('pauseMs' in ask) return {}
    if ('credentials' in ask) return { credentials: madeUpCredentials[ask.credentials.cloud] }
    if ('kube' in ask) return 'body' in given ? fromCluster(given) : { error: 'unreachable' }
    if (typeof given === 'function') return { http: given(ask.http) }
    return 'error' in given ? given : { http: given }
  }
}

function fromCluster({ status, body }: HttpAnswer): Answer | { error: string } {
  if (status >= 300) return { error: `the API server answered ${status}` }
  try {
    return { kube: JSON.parse(body) as unknown }
  } catch {
    return { kube: body }
  }
}
