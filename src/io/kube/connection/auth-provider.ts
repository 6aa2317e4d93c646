/** Users with an `auth-provider` in their kubeconfig; loaded only when there is one. */
import type { RequestOptions } from 'node:https'
import { KubeConfig } from '@kubernetes/client-node/dist/config.js'
import { KubeError } from '../../../errors.ts'
import { trustByDefault } from '../../trust.ts'
import type { Login } from './connection.ts'
import type { UserEntry } from './kubeconfig.ts'

/** A login by the client library, which refreshes the tokens itself. */
export function createProviderLogin(user: UserEntry): Login {
  trustByDefault()
  const config = new KubeConfig()
  const authProvider = user['auth-provider']
  config.loadFromClusterAndUser(
    // Only the credentials are taken from it; the address is never connected to.
    { name: 'cluster', server: 'https://localhost', skipTLSVerify: false },
    { name: 'user', authProvider },
  )
  return async () => {
    const options: RequestOptions = { headers: {} }
    try {
      await config.applyToHTTPSOptions(options)
    } catch (cause) {
      const message = `the login by auth-provider "${authProvider?.name}" of the kubeconfig failed`
      throw new KubeError(message, { status: 0, reason: 'Login', cause })
    }
    const headers: Record<string, string> = {}
    const authorization = new Headers(Object.entries(options.headers ?? {}).map(asText)).get(
      'authorization',
    )
    if (authorization) headers.authorization = authorization
    return { headers }
  }
}

function asText([name, value]: [string, unknown]): [string, string] {
  return [name, String(value)]
}
