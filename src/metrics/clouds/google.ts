/** Requests to services of Google. */
import { ProviderError } from '../../errors.ts'
import type { HttpRequest } from '../../io/http.ts'
import { type Conversation, credentialsFor, type MetricSource } from '../provider.ts'

/**
 * The request with a token, and the project that the token is of. The controller's own goes to
 * Google alone: a template may name any address. Throws ProviderError for another one.
 */
export function* withGoogleToken(
  requestFor: (project: string | undefined) => HttpRequest,
  source: MetricSource,
): Conversation<HttpRequest> {
  const isOwn = source.secret.serviceAccountKey === undefined
  const { address } = source
  if (isOwn && address !== '' && !isGoogle(address))
    throw new ProviderError(
      "the controller's own token goes to https://*.googleapis.com only; add serviceAccountKey to the Secret",
    )
  const { token, project } = yield* credentialsFor('gcp', source)
  const request = requestFor(source.secret.project || project)
  return { ...request, headers: { ...request.headers, Authorization: `Bearer ${token}` } }
}

function isGoogle(address: string): boolean {
  const url = URL.parse(address)
  return url?.protocol === 'https:' && url.hostname.endsWith('.googleapis.com') && url.port === ''
}
