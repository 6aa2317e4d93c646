/** An embedded cluster for tests of the whole controller: API server, workloads, kubeconfig. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { systemClock } from '../../../src/io/clock.ts'
import {
  type ApiServer,
  type ApiServerOptions,
  startApiServer,
} from '../../../src/sandbox/api/server.ts'
import type { Store } from '../../../src/sandbox/api/store.ts'
import { simulateWorkloads } from '../../../src/sandbox/simulation/workloads.ts'
import { ownCrds } from '../../cluster/crds.ts'
import { permissiveCrds } from '../../conformance/permissive-crds.ts'

export interface EmbeddedOptions extends ApiServerOptions {
  /** Leave these definitions out, by kind. */
  withoutKinds?: readonly string[]
  brokenImages?: readonly string[]
}

export interface EmbeddedCluster {
  server: ApiServer
  store: Store
  /** Path of a kubeconfig for the first token, or for an administrator where there is none. */
  kubeconfig: string
  /** Path of a kubeconfig for one of the tokens. */
  kubeconfigFor(token: string): string
  /** A folder that is removed with the cluster. */
  folder: string
  close(): Promise<void>
}

/** Pods are ready this many milliseconds after they were created. */
const startupMs = 100

export async function startCluster(options: EmbeddedOptions = {}): Promise<EmbeddedCluster> {
  const { withoutKinds = [], brokenImages = [], ...rest } = options
  const server = await startApiServer(rest)
  const { store } = server
  const folder = mkdtempSync(path.join(tmpdir(), 'kubectl-canary-embedded-'))
  const write = (name: string, text: string): string => {
    const file = path.join(folder, name)
    writeFileSync(file, text, { mode: 0o600 })
    return file
  }
  const simulation = simulateWorkloads(store, { clock: systemClock, startupMs, brokenImages })
  store.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } })
  for (const crd of [...(await ownCrds()), ...permissiveCrds])
    if (!withoutKinds.includes(crd.spec.names.kind)) store.create(crd)
  return {
    server,
    store,
    kubeconfig: write('kubeconfig', server.kubeconfig),
    kubeconfigFor: (token) => write(`kubeconfig-${token}`, server.kubeconfigFor(token)),
    folder,
    async close() {
      simulation.stop()
      await server.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
