/** Reads kubeconfig files and merges them as kubectl does: what is set first wins. */
import { readFileSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
// `yaml`, which reads and writes all else, takes 8 ms longer to start: felt with each command.
import { loadAll } from 'js-yaml'
import { KubeError } from '../../../errors.ts'

/** The fields of kubeconfig that are read, by their names in the file. */
export interface ClusterEntry {
  server?: string
  'certificate-authority'?: string
  'certificate-authority-data'?: string
  'insecure-skip-tls-verify'?: boolean
  'tls-server-name'?: string
  'proxy-url'?: string
}

export interface ExecEntry {
  apiVersion?: string
  command?: string
  args?: string[] | null
  env?: { name: string; value: string }[] | null
  installHint?: string
  provideClusterInfo?: boolean
  interactiveMode?: string
}

export interface UserEntry {
  'client-certificate'?: string
  'client-certificate-data'?: string
  'client-key'?: string
  'client-key-data'?: string
  token?: string
  tokenFile?: string
  username?: string
  password?: string
  exec?: ExecEntry
  'auth-provider'?: { name?: string; config?: Record<string, string> }
  as?: string
  'as-uid'?: string
  'as-groups'?: string[]
  'as-user-extra'?: Record<string, string[]>
}

export interface ContextEntry {
  cluster?: string
  user?: string
  namespace?: string
}

export interface Kubeconfig {
  currentContext: string | undefined
  clusters: Map<string, ClusterEntry>
  users: Map<string, UserEntry>
  contexts: Map<string, ContextEntry>
}

interface Document {
  'current-context'?: string
  clusters?: { name?: string; cluster?: ClusterEntry }[] | null
  users?: { name?: string; user?: UserEntry }[] | null
  contexts?: { name?: string; context?: ContextEntry }[] | null
}

/** One file; rejects what is no kubeconfig with a KubeError that names it. */
export function readKubeconfig(path: string): Kubeconfig {
  const document = parseDocument(path, readText(path))
  const folder = dirname(path)
  return {
    currentContext: document['current-context'] || undefined,
    clusters: entries(document.clusters, ({ cluster = {} }) =>
      withPaths(cluster, ['certificate-authority'], folder),
    ),
    users: entries(document.users, ({ user = {} }) => userWithPaths(user, folder)),
    contexts: entries(document.contexts, ({ context = {} }) => context ?? {}),
  }
}

/** Several files in the order of their weight. */
export function mergeKubeconfigs(configs: readonly Kubeconfig[]): Kubeconfig {
  const merged: Kubeconfig = {
    currentContext: configs.find(({ currentContext }) => currentContext)?.currentContext,
    clusters: new Map(),
    users: new Map(),
    contexts: new Map(),
  }
  for (const { clusters, users, contexts } of configs) {
    for (const [name, entry] of clusters) setOnce(merged.clusters, name, entry)
    for (const [name, entry] of users) setOnce(merged.users, name, entry)
    for (const [name, entry] of contexts) setOnce(merged.contexts, name, entry)
  }
  return merged
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw misconfigured(`stat ${path}: ${whyUnreadable(cause)}`, cause)
  }
}

/** The error of a configuration that leads to no API server. */
export function misconfigured(message: string, cause?: unknown): KubeError {
  return new KubeError(message, { status: 0, reason: 'Config', cause })
}

/** Why a file cannot be read, as the end of a sentence. */
export function whyUnreadable(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined
  if (code === 'ENOENT') return 'no such file or directory'
  if (code === 'EACCES') return 'permission denied'
  if (code === 'EISDIR') return 'is a directory'
  return typeof code === 'string' ? code : 'unknown cause'
}

function parseDocument(path: string, text: string): Document {
  try {
    const [document = null, ...others]: unknown[] = loadAll(text)
    if (others.length > 0) throw new Error('it has several documents')
    if (document === null) return {}
    // Outside data: the fields used are checked where they are used.
    if (typeof document === 'object' && !Array.isArray(document)) return document as Document
  } catch (cause) {
    const [line = ''] = cause instanceof Error ? cause.message.split('\n') : []
    // The parser quotes the text behind a colon, and that may be a secret.
    throw misconfigured(`error loading config file "${path}": ${line.replace(/:$/, '')}`)
  }
  throw misconfigured(`error loading config file "${path}": it is not a kubeconfig`)
}

function entries<E extends { name?: string }, T>(
  list: readonly E[] | null | undefined,
  read: (entry: E) => T,
): Map<string, T> {
  const found = new Map<string, T>()
  if (Array.isArray(list))
    for (const entry of list)
      if (entry && typeof entry.name === 'string') setOnce(found, entry.name, read(entry))
  return found
}

function setOnce<T>(map: Map<string, T>, name: string, value: T): void {
  if (!map.has(name)) map.set(name, value)
}

function userWithPaths(user: UserEntry | null, folder: string): UserEntry {
  const resolved = withPaths(user ?? {}, ['client-certificate', 'client-key', 'tokenFile'], folder)
  const command = resolved.exec?.command
  // A bare name is looked for in PATH.
  if (!resolved.exec || !command || isAbsolute(command) || !/[\\/]/.test(command)) return resolved
  return { ...resolved, exec: { ...resolved.exec, command: join(folder, command) } }
}

/** Relative paths are meant from the folder of the file that they stand in. */
function withPaths<T extends object>(entry: T | null, fields: (keyof T)[], folder: string): T {
  const resolved = { ...(entry ?? ({} as T)) }
  for (const field of fields) {
    const path = resolved[field]
    if (typeof path === 'string' && path !== '' && !isAbsolute(path))
      resolved[field] = join(folder, path) as T[keyof T]
  }
  return resolved
}
