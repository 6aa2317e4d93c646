import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { test as base, inject } from 'vitest'
import { type Api, connect } from './control-plane/api.ts'
import type {} from './global-setup.ts'

const cluster = inject('cluster')

/** The kubeconfig of the running control plane's admin. */
export const adminKubeconfig = 'missing' in cluster ? '' : cluster.adminKubeconfig
/** The `kubectl` of the same version. */
export const kubectl = 'missing' in cluster ? '' : cluster.kubectl
/** The kubeconfig of the account that `deploy/cluster` gives the controller. */
export const controllerKubeconfig = 'missing' in cluster ? '' : cluster.controllerKubeconfig
/** A file with a line of JSON for each request that a service account made. */
export const auditLog = 'missing' in cluster ? '' : cluster.auditLog
/** Where logs of this run go; they stay until a later run. */
export const runFolder = 'missing' in cluster ? '' : cluster.folder

interface Fixtures {
  /** A client with every right. */
  api: Api
  /** A namespace of this test's own, ready for use and deleted afterwards. */
  namespace: string
}

const withFixtures = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the fixtures' names from the pattern
  api: async ({}, use) => {
    const api = await connect(adminKubeconfig)
    await use(api)
    api.close()
  },
  namespace: async ({ api }, use) => {
    const { metadata } = await api.request<{ metadata: { name: string } }>(
      'POST',
      '/api/v1/namespaces',
      { metadata: { generateName: 'test-' } },
    )
    await use(metadata.name)
    await api.request('DELETE', `/api/v1/namespaces/${metadata.name}`)
  },
})

/** Like `test`, on the real cluster; skipped where it could not be built. */
export const clusterTest = 'missing' in cluster ? withFixtures.skip : withFixtures

/** Runs Helm at the top of the project; gives what it printed. Rejects when it fails. */
export async function runHelm(...args: string[]): Promise<string> {
  const helm = 'missing' in cluster ? '' : cluster.helm
  const cwd = path.join(import.meta.dirname, '../..')
  const env = { ...process.env, KUBECONFIG: adminKubeconfig }
  return (await promisify(execFile)(helm, args, { cwd, env, maxBuffer: 1 << 24 })).stdout
}
