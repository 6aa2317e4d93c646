/**
 * Access tokens of Google: of the key file in the template's Secret, or of the controller itself, by
 * the file that GOOGLE_APPLICATION_CREDENTIALS names, or by the machine (workload identity of GKE).
 */
import { createSign } from 'node:crypto'
import { ProviderError } from '../../errors.ts'
import type { Http } from '../http.ts'
import type { CredentialsWanted, Lease } from './credentials.ts'
import { externalToken } from './google-federation.ts'
import {
  cloudMs,
  fileNamed,
  given,
  nearbyMs,
  objectIn,
  type Surroundings,
  textIn,
} from './surroundings.ts'

/** All that is ever asked for. */
export const scope = 'https://www.googleapis.com/auth/monitoring.read'

/**
 * A token of the key file of the Secret, or else of the controller. Throws ProviderError without
 * one.
 */
export async function googleToken(
  { secret }: CredentialsWanted,
  around: Surroundings,
): Promise<Lease> {
  const { serviceAccountKey } = secret
  // A Secret may hold a key and nothing else: other sorts of files name files and addresses.
  if (serviceAccountKey !== undefined) return ofSecret(serviceAccountKey, around)
  const { env } = around
  const path = env.GOOGLE_APPLICATION_CREDENTIALS
  const found = path ? await ofFile(path, around) : await ofMachine(around)
  const project = env.GOOGLE_CLOUD_PROJECT
  if (!project || found.credentials.cloud !== 'gcp') return found
  return { ...found, credentials: { ...found.credentials, project } }
}

function ofSecret(text: string, { users, clock }: Surroundings): Promise<Lease> {
  const what = 'serviceAccountKey of the Secret'
  const key = objectIn(text, what)
  if (key.type !== 'service_account')
    throw new ProviderError(`${what} is not of type service_account; take the key of one`)
  return ofKey(key, { what, http: users, nowMs: clock.now().getTime() })
}

async function ofFile(path: string, around: Surroundings): Promise<Lease> {
  const file = objectIn(await fileNamed(path, around), path)
  const nowMs = around.clock.now().getTime()
  switch (file.type) {
    case 'service_account':
      return ofKey(file, { what: path, http: around.own, nowMs })
    case 'external_account':
      return externalToken(file, { what: path, scope }, around)
    default:
      throw new ProviderError(`${path} is of type ${file.type}; use a service or external account`)
  }
}

interface KeyFrom {
  what: string
  http: Http
  nowMs: number
}

async function ofKey(
  key: Readonly<Record<string, unknown>>,
  { what, http, nowMs }: KeyFrom,
): Promise<Lease> {
  const url =
    typeof key.token_uri === 'string' ? key.token_uri : 'https://oauth2.googleapis.com/token'
  const issuedAt = Math.floor(nowMs / 1000)
  const claims = {
    iss: textIn(key, 'client_email', what),
    scope,
    aud: url,
    iat: issuedAt,
    exp: issuedAt + 3600,
  }
  const form = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: signed(claims, textIn(key, 'private_key', what), what),
  })
  const { body } = await given(http, {
    method: 'POST',
    url,
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: `${form}`,
    timeoutMs: cloudMs,
  })
  return leaseIn(body, nowMs, typeof key.project_id === 'string' ? key.project_id : undefined)
}

/** A JSON Web Token by RS256 (RFC 7515). */
function signed(claims: object, privateKey: string, what: string): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`
  try {
    return `${text}.${createSign('RSA-SHA256').update(text).sign(privateKey, 'base64url')}`
  } catch {
    throw new ProviderError(`private_key in ${what} can't be used to sign`)
  }
}

async function ofMachine({ env, own, clock }: Surroundings): Promise<Lease> {
  const host = env.GCE_METADATA_HOST || 'metadata.google.internal'
  const at = (path: string) => ({
    url: `http://${host}/computeMetadata/v1/${path}`,
    headers: { 'Metadata-Flavor': 'Google' },
    timeoutMs: nearbyMs,
    direct: true,
  })
  const [token, project] = await Promise.all([
    given(own, at('instance/service-accounts/default/token')),
    given(own, at('project/project-id')),
  ])
  return leaseIn(token.body, clock.now().getTime(), project.body.trim())
}

/** What an OAuth 2 server answers (RFC 6749, 5.1). */
export function leaseIn(body: string, nowMs: number, project?: string): Lease {
  const what = 'the answer of the token server'
  const read = objectIn(body, what)
  const token = textIn(read, 'access_token', what)
  const seconds = Number(read.expires_in ?? 3600)
  return {
    credentials: { cloud: 'gcp', token, ...(project && { project }) },
    untilMs: nowMs + (Number.isFinite(seconds) ? seconds : 0) * 1000,
  }
}
