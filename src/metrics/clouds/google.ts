/** Requests to services of Google. */
import { ProviderError } from '../../errors.ts'
import type { HttpAnswer, HttpRequest } from '../../io/http.ts'
import { type Conversation, credentialsFor, type MetricSource, send } from '../provider.ts'

/**
 * The answer to the request with a token, for the project that it is of; once more with a fresh one
 * where that which was kept is refused. The controller's own token goes to Google alone: a template
 * may name any address. Throws ProviderError for another one.
 */
export function* sendWithToken(
  requestFor: (project: string | undefined) => HttpRequest,
  source: MetricSource,
): Conversation<HttpAnswer> {
  const isOwn = source.secret.serviceAccountKey === undefined
  const { address, insecureSkipVerify } = source
  if (isOwn && ((address !== '' && !isGoogle(address)) || insecureSkipVerify))
    throw new ProviderError(
      "the controller's own token goes to https://*.googleapis.com only, and to nobody who is not verified; add serviceAccountKey to the Secret",
    )
  const first = yield* credentialsFor('gcp', source)
  const answer = yield* send(withToken(first))
  if (answer.status !== 401) return answer
  const fresh = yield* credentialsFor('gcp', source, first.token)
  return fresh.token === first.token ? answer : yield* send(withToken(fresh))

  function withToken({ token, project }: Pick<typeof first, 'token' | 'project'>): HttpRequest {
    const request = requestFor(source.secret.project || project)
    return { ...request, headers: { ...request.headers, Authorization: `Bearer ${token}` } }
  }
}

function isGoogle(address: string): boolean {
  const url = URL.parse(address)
  return url?.protocol === 'https:' && url.hostname.endsWith('.googleapis.com') && url.port === ''
}
