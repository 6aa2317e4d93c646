/** Homes with kubeconfigs, and what a client reads in them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { KubeError } from '../../../../../src/errors.ts'
import {
  type ConnectionFlags,
  loadConnection,
} from '../../../../../src/io/kube/connection/config.ts'

/** The home of the test that runs. */
export let home = ''

/** Gives each test of a file a home of its own. */
export function useHomes(): void {
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'kubectl-canary-'))
  })
  afterEach(() => rmSync(home, { recursive: true }))
}

export function file(name: string, content: unknown): string {
  const path = join(home, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

export function kubeconfig(user: object = {}, cluster: object = {}, context: object = {}) {
  return {
    'current-context': 'main',
    clusters: [{ name: 'c', cluster: { server: 'https://api.test:6443/', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'main', context: { cluster: 'c', user: 'u', ...context } }],
  }
}

export const base64 = (text: string) => Buffer.from(text).toString('base64')

export function load(flags: ConnectionFlags = {}, env: Record<string, string> = {}, more = {}) {
  return loadConnection(flags, { env, home, accountFolder: join(home, 'account'), ...more })
}

export async function headers(flags: ConnectionFlags = {}) {
  return (await load(flags).credentials()).headers
}

export function message(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof KubeError) return error.message
    throw error
  }
  throw new Error('expected a KubeError')
}
