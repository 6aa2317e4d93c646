/** The token that a hook is called with: of a Secret that its Canary names. */
import { KubeError, ProviderError } from '../../../src/errors.ts'
import type { Cache } from '../../../src/io/kube/cache/cache.ts'
import type { KubeObject } from '../../../src/objects.ts'
import { decodeSecret } from '../../../src/secrets.ts'
import type { Contents } from '../contents.ts'

export interface TokenDeps {
  cache: Pick<Cache, 'get'>
  contents: Pick<Contents, 'read'>
  signal: AbortSignal
}

/**
 * The entry `token` of a Secret in the Canary's namespace. Throws ProviderError with one sentence
 * where there is none; those of service accounts, whose entry has the same name, are never sent.
 */
export async function hookToken(deps: TokenDeps, namespace: string, name: string): Promise<string> {
  const secret = await readSecret(deps, namespace, name)
  if (!secret) throw new ProviderError(`secret ${name} of the hook is not there; create it`)
  const { type } = secret as { type?: unknown }
  if (type !== undefined && type !== 'Opaque')
    throw new ProviderError(`secret ${name} of the hook is of type ${type}; use one of type Opaque`)
  const { token = '' } = decodeSecret(secret)
  if (token === '') throw new ProviderError(`secret ${name} of the hook has no entry token; add it`)
  return token
}

async function readSecret(
  { cache, contents, signal }: TokenDeps,
  namespace: string,
  name: string,
): Promise<KubeObject | undefined> {
  const metadata = cache.get({ apiVersion: 'v1', kind: 'Secret', namespace, name })
  if (!metadata) return undefined
  try {
    return await contents.read(metadata, signal)
  } catch (cause) {
    const isOurs = cause instanceof KubeError && (cause.status < 400 || cause.status >= 500)
    throw new ProviderError(`secret ${name} of the hook can't be read`, { cause, isOurs })
  }
}
