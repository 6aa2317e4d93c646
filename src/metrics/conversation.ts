/** Runs what a metric provider asks for, and keeps its secrets out of what is said about it. */
import { messageOf, ProviderError } from '../errors.ts'
import { secretsOf, shownError } from './http/echoes.ts'
import type { Answer, Ask, Conversation } from './provider.ts'

/** A conversation that has not begun. */
export interface Question<T> {
  talk: Conversation<T>
  /** Decoded values of the Secret, none of which may be shown. */
  secret: Readonly<Record<string, string>>
}

/** What came of it; `begun` is false where nothing could be asked. */
export type Heard<T> = { value: T } | Unheard

export interface Unheard {
  error: string
  begun: boolean
  /** The process could not ask: nothing is known of the server. */
  isOurs?: true
}

/** Answers one ask, or says why there is no answer; rejects where the process must not go on. */
export type Answerer = (ask: Ask) => Promise<Answer | { error: string; isOurs?: boolean }>

/** Goes on until the provider knows, or has failed. Rejects as `answer` does, and never else. */
export async function hear<T>({ talk, secret }: Question<T>, answer: Answerer): Promise<Heard<T>> {
  const secrets: string[] = secretsOf({}, secret)
  let step = advance(() => talk.next({}))
  let begun = false
  let isOurs = false
  while ('ask' in step) {
    begun = true
    secrets.push(...secretsIn(step.ask))
    const given = await answer(step.ask)
    isOurs = 'error' in given && given.isOurs === true
    if ('credentials' in given) secrets.push(...secretsOfLogin(given.credentials))
    step = advance(() => {
      if (!('error' in given)) return talk.next(given)
      return talk.throw(new ProviderError(`request failed: ${given.error}`))
    })
  }
  if ('value' in step) return step
  const why = begun ? unreadable(step.cause) : messageOf(step.cause)
  return { error: shownError(why, secrets), begun, ...(isOurs && { isOurs }) }
}

/** Why nothing can be asked; undefined where the first ask comes, which is answered by nobody. */
export function refusal<T>({ talk, secret }: Question<T>): string | undefined {
  const step = advance(() => talk.next({}))
  return 'cause' in step ? shownError(messageOf(step.cause), secretsOf({}, secret)) : undefined
}

type Step<T> = { ask: Ask } | { value: T } | { cause: unknown }

function advance<T>(next: () => IteratorResult<Ask, T>): Step<T> {
  try {
    const { done, value } = next()
    return done ? { value } : { ask: value }
  } catch (cause) {
    return { cause }
  }
}

/** Whatever an answer makes of its reader, the check has failed: it must not go on for ever. */
function unreadable(cause: unknown): string {
  const why = messageOf(cause)
  return cause instanceof ProviderError ? why : `the answer can't be read: ${why}`
}

function secretsIn(ask: Ask): string[] {
  if ('http' in ask) return secretsOf(ask.http)
  return 'credentials' in ask ? Object.values(ask.credentials.secret) : []
}

function secretsOfLogin(credentials: Answer['credentials']): string[] {
  if (!credentials) return []
  if (credentials.cloud === 'gcp') return [credentials.token]
  const { accessKeyId, secretAccessKey, sessionToken = '' } = credentials
  return [accessKeyId, secretAccessKey, sessionToken]
}
