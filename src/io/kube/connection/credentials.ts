/** Who we are to the API server: certificates, tokens, login programs, impersonation. */
// Not node:fs/promises, which takes 1 ms at each start; few users have files to read.
import { promises as files } from 'node:fs'
import { KubeError } from '../../../errors.ts'
import type { Clock } from '../../clock.ts'
import type { Connection, Credentials, Login } from './connection.ts'
import { createExecLogin, type ExecCluster } from './exec-login.ts'
import { type UserEntry, whyUnreadable } from './kubeconfig.ts'

export interface CredentialsDeps {
  env: Record<string, string | undefined>
  clock: Clock
  isInteractive: boolean
  cluster: ExecCluster
  /** Milliseconds for a login program; 0 waits for ever. */
  timeoutMs?: number
}

/** How long a file is trusted before it is read again; tokens of pods rotate within minutes. */
const rereadMs = 60_000

/** The `credentials` function of a connection, for one user of a kubeconfig. */
export function createCredentials(
  user: UserEntry,
  deps: CredentialsDeps,
): Connection['credentials'] {
  const logins = loginsOf(user, deps)
  const impersonation = impersonate(user)
  return async (refused) => {
    const parts = await Promise.all(logins.map((login) => login(refused)))
    return {
      ...Object.assign({}, ...parts),
      headers: Object.assign({}, ...parts.map(({ headers }) => headers), impersonation),
    }
  }
}

function loginsOf(user: UserEntry, deps: CredentialsDeps): Login[] {
  const logins: Login[] = []
  const provider = user['auth-provider']
  if (provider) logins.push(providerLogin(user))
  if (user.exec) logins.push(createExecLogin(user.exec, deps))
  const certificate = source(user['client-certificate-data'], user['client-certificate'], deps)
  const key = source(user['client-key-data'], user['client-key'], deps)
  if (certificate && key)
    logins.push(async (refused) => ({
      clientCertificate: await certificate(refused),
      clientKey: await key(refused),
    }))
  const token = tokenFile(user, deps) ?? (user.token ? async () => user.token : undefined)
  if (token) logins.push(async (refused) => bearer(await token(refused)))
  if (user.username) logins.push(() => Promise.resolve(basic(user)))
  return logins
}

/** Text of a field: given in place as base64, or in a file that is read again now and then. */
function source(
  data: string | undefined,
  path: string | undefined,
  deps: CredentialsDeps,
): ((refused?: Credentials) => Promise<string>) | undefined {
  if (data) {
    const text = Buffer.from(data, 'base64').toString('utf8')
    return () => Promise.resolve(text)
  }
  return path ? followFile(path, deps.clock) : undefined
}

function tokenFile(user: UserEntry, deps: CredentialsDeps) {
  if (!user.tokenFile) return undefined
  const read = followFile(user.tokenFile, deps.clock)
  return async (refused?: Credentials) => (await read(refused)).trim()
}

/** Reads a file at most once a minute, and at once after a refusal. */
function followFile(path: string, clock: Clock): (refused?: Credentials) => Promise<string> {
  let text: string | undefined
  let readAt = 0
  return async (refused) => {
    const now = clock.monotonicMs()
    if (text !== undefined && !refused && now - readAt < rereadMs) return text
    try {
      text = await files.readFile(path, 'utf8')
      readAt = now
      return text
    } catch (cause) {
      const message = `unable to read ${path}: ${whyUnreadable(cause)}`
      throw new KubeError(message, { status: 0, reason: 'Login', cause })
    }
  }
}

function bearer(token: string | undefined): Partial<Credentials> {
  return { headers: { authorization: `Bearer ${token ?? ''}` } }
}

function basic({ username = '', password = '' }: UserEntry): Partial<Credentials> {
  const login = Buffer.from(`${username}:${password}`).toString('base64')
  return { headers: { authorization: `Basic ${login}` } }
}

function impersonate(user: UserEntry): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {}
  if (user.as) headers['impersonate-user'] = user.as
  if (user['as-uid']) headers['impersonate-uid'] = user['as-uid']
  if (user['as-groups']?.length) headers['impersonate-group'] = user['as-groups']
  for (const [name, values] of Object.entries(user['as-user-extra'] ?? {}))
    headers[`impersonate-extra-${encodeURIComponent(name.toLowerCase())}`] = values
  return headers
}

/** The providers of old (oidc, gcp, azure); their library is loaded for those users only. */
function providerLogin(user: UserEntry): Login {
  let login: Promise<Login> | undefined
  return async (refused) => {
    login ??= import('./auth-provider.ts').then((module) => module.createProviderLogin(user))
    return (await login)(refused)
  }
}
