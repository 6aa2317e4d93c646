/** Finds out which API server to talk to, as whom: kubeconfig, flags, or the pod's own account. */
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { parseDuration } from '../../../canary/duration.ts'
import { UsageError } from '../../../errors.ts'
import { type Clock, systemClock } from '../../clock.ts'
import { proxyFromEnvironment } from '../../proxy.ts'
import type { Connection } from './connection.ts'
import { createCredentials } from './credentials.ts'
import {
  type ClusterEntry,
  type ContextEntry,
  type Kubeconfig,
  mergeKubeconfigs,
  misconfigured,
  readKubeconfig,
  type UserEntry,
  whyUnreadable,
} from './kubeconfig.ts'

/** What the command line may override, by kubectl's rules. */
export interface ConnectionFlags {
  kubeconfig?: string
  context?: string
  cluster?: string
  user?: string
  namespace?: string
  server?: string
  token?: string
  as?: string
  asGroups?: string[]
  asUid?: string
  asUserExtra?: Record<string, string[]>
  certificateAuthority?: string
  clientCertificate?: string
  clientKey?: string
  insecureSkipTlsVerify?: boolean
  tlsServerName?: string
  proxyUrl?: string
  /** `0`, seconds, or a number with a unit: `1s`, `2m`, `3h`. */
  requestTimeout?: string
}

/** Where the process runs; the defaults are this process. */
export interface Surroundings {
  env?: Record<string, string | undefined>
  home?: string
  platform?: NodeJS.Platform
  /** Folder of the pod's service account. */
  accountFolder?: string
  clock?: Clock
  /** True when a person can answer the questions of a login program. */
  isInteractive?: boolean
}

const podAccount = '/var/run/secrets/kubernetes.io/serviceaccount'

/**
 * The connection for these flags: `--kubeconfig`, else the files of $KUBECONFIG that exist, else
 * ~/.kube/config, else the account of the pod. Throws KubeError (reason `Config`) in
 * kubectl's words where they cannot be followed. Nothing is sent, and no login program runs, before the first request.
 */
export function loadConnection(
  flags: ConnectionFlags = {},
  surroundings: Surroundings = {},
): Connection {
  const { env = process.env, accountFolder = podAccount } = surroundings
  const config = readFiles(flags, surroundings)
  const pod = podEntries(env, accountFolder)
  if (!config && !flags.server && pod) return build(pod, flags, surroundings)
  if (!config && !flags.server)
    throw misconfigured(
      'no kubeconfig found (tried $KUBECONFIG and ~/.kube/config); use --kubeconfig',
    )
  return build(chosen(config ?? mergeKubeconfigs([]), flags), flags, surroundings)
}

/** What `--context`, `--cluster` and `--user` may name; nothing where there is no kubeconfig. */
export function kubeconfigNames(
  flags: ConnectionFlags = {},
  surroundings: Surroundings = {},
): Record<'context' | 'cluster' | 'user', string[]> {
  const config = readFiles(flags, surroundings)
  const names = (entries: Map<string, unknown> | undefined) => [...(entries?.keys() ?? [])].sort()
  return {
    context: names(config?.contexts),
    cluster: names(config?.clusters),
    user: names(config?.users),
  }
}

interface Chosen {
  contextName: string | undefined
  context: ContextEntry
  cluster: ClusterEntry
  user: UserEntry
}

function readFiles(flags: ConnectionFlags, surroundings: Surroundings): Kubeconfig | undefined {
  if (flags.kubeconfig) return readKubeconfig(flags.kubeconfig)
  const { env = process.env } = surroundings
  const named = (env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '')
  const paths = named.length > 0 ? named : usualPaths(surroundings)
  const configs = paths.filter((path) => existsSync(path)).map(readKubeconfig)
  return configs.length > 0 ? mergeKubeconfigs(configs) : undefined
}

/** Of the homes that Windows may name, kubectl takes the first with a kubeconfig. */
function usualPaths({
  env = process.env,
  home = homedir(),
  platform = process.platform,
}: Surroundings): string[] {
  const { HOME, HOMEDRIVE, HOMEPATH, USERPROFILE } = env
  const ofWindows = [HOME, HOMEDRIVE && HOMEPATH && `${HOMEDRIVE}${HOMEPATH}`, USERPROFILE, home]
  const paths = (platform === 'win32' ? ofWindows : [home]).flatMap((folder) =>
    folder ? [join(folder, '.kube', 'config')] : [],
  )
  return paths.filter((path) => existsSync(path)).slice(0, 1)
}

function chosen(config: Kubeconfig, flags: ConnectionFlags): Chosen {
  const contextName = flags.context ?? config.currentContext
  const context = contextName === undefined ? undefined : config.contexts.get(contextName)
  if (contextName !== undefined && !context)
    throw misconfigured(
      `Error in configuration: context was not found for specified context: ${contextName}`,
    )
  const clusterName = flags.cluster ?? context?.cluster
  const cluster = clusterName === undefined ? undefined : config.clusters.get(clusterName)
  if (!flags.server && !cluster?.server) throw misconfigured(noServer(clusterName))
  const userName = flags.user ?? context?.user
  const user = userName ? config.users.get(userName) : {}
  if (!user) throw misconfigured(`auth info "${userName}" does not exist`)
  return { contextName, context: context ?? {}, cluster: cluster ?? {}, user }
}

function noServer(cluster: string | undefined): string {
  return cluster === undefined
    ? 'no context is chosen in the kubeconfig; use --context, or kubectl config use-context'
    : `no server found for cluster "${cluster}"`
}

/** The pod's own account; undefined outside a pod. Its token is read again when it rotates. */
function podEntries(env: Record<string, string | undefined>, folder: string): Chosen | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env
  const tokenFile = join(folder, 'token')
  if (!host || !port || !existsSync(tokenFile)) return undefined
  const namespace = podNamespace(folder)
  const address = host.includes(':') ? `[${host}]` : host
  return {
    contextName: undefined,
    context: namespace === '' ? {} : { namespace },
    cluster: {
      server: `https://${address}:${port}`,
      'certificate-authority': join(folder, 'ca.crt'),
    },
    user: { tokenFile },
  }
}

/** Where the pod runs that this process is in; empty outside a pod. */
export function podNamespace(folder = podAccount): string {
  const file = join(folder, 'namespace')
  return existsSync(file) ? readText(file).trim() : ''
}

function build(from: Chosen, flags: ConnectionFlags, surroundings: Surroundings): Connection {
  const { env = process.env, clock = systemClock, isInteractive = false } = surroundings
  const { contextName, context, cluster } = from
  const server = serverOf(flags.server ?? cluster.server ?? '')
  const insecure = flags.insecureSkipTlsVerify ?? cluster['insecure-skip-tls-verify'] === true
  const ca = insecure ? undefined : authority(flags, cluster)
  const tlsServerName = flags.tlsServerName ?? cluster['tls-server-name']
  const proxy =
    flags.proxyUrl ?? (cluster['proxy-url'] || proxyFromEnvironment(env)(new URL(server)))
  const requestTimeoutMs = parseRequestTimeout(flags.requestTimeout)
  return {
    server,
    namespace: flags.namespace ?? (context.namespace || 'default'),
    insecureSkipTlsVerify: insecure,
    ...(contextName === undefined ? {} : { context: contextName }),
    ...(ca === undefined ? {} : { certificateAuthority: ca }),
    ...(tlsServerName ? { tlsServerName } : {}),
    ...(proxy ? { proxy } : {}),
    ...(requestTimeoutMs === undefined ? {} : { requestTimeoutMs }),
    credentials: createCredentials(userOf(from.user, flags), {
      env,
      clock,
      isInteractive,
      timeoutMs: requestTimeoutMs ?? 0,
      cluster: { ...cluster, server, ...(ca === undefined ? {} : { certificateAuthority: ca }) },
    }),
  }
}

/** A token from the flags stands for the whole user, as does a certificate. */
function userOf(user: UserEntry, flags: ConnectionFlags): UserEntry {
  const { token, clientCertificate, clientKey } = flags
  const base = { ...user, ...(token === undefined ? {} : { token }) }
  if (token !== undefined) omit(base, ['tokenFile', 'exec', 'auth-provider'])
  if (clientCertificate !== undefined) omit(base, ['client-certificate-data'])
  if (clientKey !== undefined) omit(base, ['client-key-data'])
  return {
    ...base,
    ...(clientCertificate === undefined ? {} : { 'client-certificate': clientCertificate }),
    ...(clientKey === undefined ? {} : { 'client-key': clientKey }),
    ...(flags.as === undefined ? {} : { as: flags.as }),
    ...(flags.asUid === undefined ? {} : { 'as-uid': flags.asUid }),
    ...(flags.asGroups === undefined ? {} : { 'as-groups': flags.asGroups }),
    ...(flags.asUserExtra === undefined ? {} : { 'as-user-extra': flags.asUserExtra }),
  }
}

function omit(user: UserEntry, fields: (keyof UserEntry)[]): void {
  for (const field of fields) delete user[field]
}

function serverOf(text: string): string {
  const address = (text.includes('://') ? text : `http://${text}`).replace(/\/+$/, '')
  const url = URL.parse(address)
  if (!url || !/^https?:$/.test(url.protocol))
    throw misconfigured(`the server "${text}" is not an http or https address`)
  return address
}

function authority(flags: ConnectionFlags, cluster: ClusterEntry): string | undefined {
  const data = cluster['certificate-authority-data']
  if (flags.certificateAuthority) return readText(flags.certificateAuthority)
  if (data) return Buffer.from(data, 'base64').toString('utf8')
  const file = cluster['certificate-authority']
  return file ? readText(file) : undefined
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw misconfigured(`unable to read ${path}: ${whyUnreadable(cause)}`, cause)
  }
}

/** Milliseconds of `--request-timeout`; undefined when it is absent. */
export function parseRequestTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : parseDuration(text)
  if (ms === undefined || ms < 0)
    throw new UsageError(
      'Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)',
    )
  return ms
}
