/** Workload identity federation: a token of another issuer, as of a cluster, becomes one of Google. */
import { ProviderError } from '../../errors.ts'
import type { Lease } from './credentials.ts'
import { cloudMs, fileNamed, given, objectIn, type Surroundings, textIn } from './surroundings.ts'

type Members = Readonly<Record<string, unknown>>

/** Exchanges the token of an `external_account` file (RFC 8693). */
export async function externalToken(
  file: Members,
  { what, scope }: { what: string; scope: string },
  around: Surroundings,
): Promise<Lease> {
  const { own, clock } = around
  const impersonated = file.service_account_impersonation_url
  const exchanged = await given(own, {
    method: 'POST',
    url: textIn(file, 'token_url', what),
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
      audience: textIn(file, 'audience', what),
      scope: impersonated ? 'https://www.googleapis.com/auth/cloud-platform' : scope,
      requestedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
      subjectToken: await subjectToken(file, what, around),
      subjectTokenType: textIn(file, 'subject_token_type', what),
    }),
    timeoutMs: cloudMs,
  })
  const answer = objectIn(exchanged.body, 'the answer of the token exchange')
  const token = textIn(answer, 'access_token', 'the answer of the token exchange')
  if (typeof impersonated === 'string') return actingAs(impersonated, { token, scope }, around)
  const seconds = Number(answer.expires_in ?? 3600)
  const untilMs = clock.now().getTime() + seconds * 1000
  return { credentials: { cloud: 'gcp', token }, untilMs }
}

async function actingAs(
  url: string,
  { token, scope }: { token: string; scope: string },
  { own }: Surroundings,
): Promise<Lease> {
  const { body } = await given(own, {
    method: 'POST',
    url,
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify({ scope: [scope] }),
    timeoutMs: cloudMs,
  })
  const what = 'the answer of the service account'
  const read = objectIn(body, what)
  return {
    credentials: { cloud: 'gcp', token: textIn(read, 'accessToken', what) },
    untilMs: Date.parse(textIn(read, 'expireTime', what)),
  }
}

/** Of a file, as a projected token of a service account is; a program is never run. */
async function subjectToken(file: Members, what: string, around: Surroundings): Promise<string> {
  const source = file.credential_source
  const { file: path, format } = (source ?? {}) as { file?: unknown; format?: Members }
  if (typeof path !== 'string')
    throw new ProviderError(`credential_source of ${what} names no file; only files are read`)
  const text = await fileNamed(path, around)
  if (format?.type !== 'json') return text
  return textIn(objectIn(text, path), String(format.subject_token_field_name), path)
}
