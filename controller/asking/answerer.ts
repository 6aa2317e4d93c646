/** Answers what metric providers ask for: servers, the API server, and who gives out credentials. */
import { messageOf, ProviderError, StandbyError } from '../../src/errors.ts'
import { createDeadline, pause } from '../../src/io/deadline.ts'
import type { Kube } from '../../src/io/kube/kube.ts'
import type { Answerer } from '../../src/metrics/conversation.ts'
import type { Answer, Ask } from '../../src/metrics/provider.ts'
import type { Deps, Settings } from '../process/deps.ts'

export interface AnswererDeps extends Pick<Deps, 'http' | 'credentials' | 'clock' | 'signal'> {
  kube: Pick<Kube, 'raw'>
  settings: Pick<Settings, 'dryRun'>
}

/** What answers a conversation. Rejects where the process, or this look, must not go on. */
export function answererOf(deps: AnswererDeps): Answerer {
  const inTurn = oneAfterTheOther()
  return async (ask) => {
    try {
      // The API server is shared with all writes: one look asks it one thing after the other.
      return 'kube' in ask ? await inTurn(() => askCluster(ask, deps)) : await answered(ask, deps)
    } catch (error) {
      if (deps.signal.aborted || error instanceof StandbyError) throw error
      const isOurs = error instanceof ProviderError && error.isOurs
      return { error: messageOf(error), ...(isOurs && { isOurs }) }
    }
  }
}

/** Carries out what it is given one after the other, whatever came of those before. */
function oneAfterTheOther() {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work, work)
    last = done
    return done
  }
}

async function answered(
  ask: Exclude<Ask, { kube: unknown }>,
  deps: AnswererDeps,
): Promise<Answer | { error: string }> {
  const { http, credentials, clock, signal } = deps
  // With the credentials of a template, no server leads on to another.
  if ('http' in ask) return { http: await http({ ...ask.http, redirects: 'home' }, signal) }
  if ('credentials' in ask) return { credentials: await credentials(ask.credentials, signal) }
  await pause(clock, ask.pauseMs, signal)
  signal.throwIfAborted()
  return {}
}

/** Longer than the API server and those behind it take. */
const clusterMs = 5_000

async function askCluster(
  { kube: { method = 'GET', path, body } }: Extract<Ask, { kube: unknown }>,
  { kube, clock, signal, settings }: AnswererDeps,
): Promise<Answer | { error: string }> {
  if (method !== 'GET' && settings.dryRun) return { error: 'a dry run changes nothing' }
  const deadline = createDeadline(clock, clusterMs, signal)
  try {
    return { kube: await kube.raw(method, path, body, deadline.signal) }
  } catch (error) {
    if (deadline.expired()) return { error: `no answer within ${clusterMs / 1000} s` }
    throw error
  } finally {
    deadline.end()
  }
}
