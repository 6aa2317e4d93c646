import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parse, stringify } from 'yaml'

/** How to reach one API server. */
export interface Access {
  server: string
  /** PEM; absent for http, or where certificates are not checked. */
  ca?: string
  insecure?: boolean
  token?: string
  /** PEM of a client certificate and its key. */
  cert?: string
  key?: string
}

interface Named {
  name: string
}

interface Kubeconfig {
  'current-context': string
  contexts: (Named & { context: { cluster: string; user: string } })[]
  clusters: (Named & { cluster: Record<string, string | boolean> })[]
  users?: (Named & { user: Record<string, string> | null })[]
}

/** Writes a kubeconfig file with one context that its owner alone can read; gives its path. */
export async function writeKubeconfig(file: string, access: Access): Promise<string> {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const { server, ca, token } = access
  const cluster = ca ? { server, 'certificate-authority-data': base64(ca) } : { server }
  const text = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'cluster', cluster }],
    users: [{ name: 'user', user: token ? { token } : {} }],
    contexts: [{ name: 'context', context: { cluster: 'cluster', user: 'user' } }],
    'current-context': 'context',
  })
  await writeFile(file, text, { mode: 0o600 })
  return file
}

/**
 * Reads the current context of a kubeconfig file: tokens, client certificates and authorities,
 * inline or as files. Throws for one without a usable context.
 */
export async function readKubeconfig(file: string): Promise<Access> {
  const config = parse(await readFile(file, 'utf8')) as Kubeconfig
  const context = config.contexts.find(({ name }) => name === config['current-context'])?.context
  const cluster = config.clusters.find(({ name }) => name === context?.cluster)?.cluster
  if (typeof cluster?.server !== 'string')
    throw new Error(`${file} has no server in its current context: set current-context`)
  const user = config.users?.find(({ name }) => name === context?.user)?.user ?? {}
  const pem = contentOf(path.dirname(file))
  const access: Access = { server: cluster.server.replace(/\/$/, '') }
  const ca = await pem(cluster, 'certificate-authority')
  const token = user.token
  const cert = await pem(user, 'client-certificate')
  const key = await pem(user, 'client-key')
  if (ca) access.ca = ca
  if (cluster['insecure-skip-tls-verify'] === true) access.insecure = true
  if (token) access.token = token
  if (cert && key) Object.assign(access, { cert, key })
  return access
}

/** Reads a field that is given as `name-data` (base64) or `name` (a file). */
function contentOf(folder: string) {
  return async (of: Record<string, string | boolean>, name: string) => {
    const data = of[`${name}-data`]
    if (typeof data === 'string') return Buffer.from(data, 'base64').toString('utf8')
    const file = of[name]
    return typeof file === 'string' ? await readFile(path.resolve(folder, file), 'utf8') : undefined
  }
}
