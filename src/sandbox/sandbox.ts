/**
 * An embedded cluster: an API server, the controllers that a cluster runs, the traffic of users,
 * and a Prometheus that has counted it. Real kubectl works against it.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defaultProvider } from '../canary/providers.gen.ts'
import { type Clock, systemClock } from '../io/clock.ts'
import { type KubeObject, refOf } from '../objects.ts'
import { type ApiServer, startApiServer } from './api/server.ts'
import type { Store } from './api/store.ts'
import { customKinds } from './definitions.ts'
import { createSeriesStore, type SeriesStore } from './prometheus/series.ts'
import { startPrometheus } from './prometheus/server.ts'
import { seededRandom } from './random.ts'
import { simulateWorkloads } from './simulation/workloads.ts'
import { createProfiles, type Profiles } from './traffic/profiles.ts'
import { type Load, startTraffic, type Traffic } from './traffic.ts'

export interface SandboxOptions {
  clock?: Clock
  /** Equal seeds, equal traffic. */
  seed?: number
  /** Provider of canaries that name none; Istio unless told. */
  meshProvider?: string
  /** Namespaces beside those that every cluster has. */
  namespaces?: readonly string[]
  /** How many nodes there are; 2 unless told. */
  nodes?: number
  /** Milliseconds from a pod's creation until it is ready; 2,000 unless told. */
  startupMs?: number
  /** Images that start but never become ready; a part of the name is enough. */
  brokenImages?: readonly string[]
  loads?: readonly Load[]
}

export interface Sandbox {
  /** Address of the API server. */
  url: string
  kubeconfig: string
  /** A file with the kubeconfig, until the sandbox is closed. */
  kubeconfigPath: string
  /** For `-metrics-server` and MetricTemplates. */
  prometheusUrl: string
  api: ApiServer
  store: Store
  /** How versions answer. */
  profiles: Profiles
  series: SeriesStore
  traffic: Traffic
  /** Ends traffic and controllers, removes the file, and closes the servers. */
  close(): Promise<void>
}

/** Starts everything on free ports of the loopback address. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const {
    clock = systemClock,
    seed = 1,
    meshProvider = defaultProvider,
    startupMs = 2_000,
  } = options
  const api = await startApiServer({ now: () => clock.now() })
  const { store } = api
  const series = createSeriesStore()
  const profiles = createProfiles()
  const random = seededRandom(seed)
  try {
    furnish(store, options)
    const prometheus = await startPrometheus(series, { clock })
    const { brokenImages = [] } = options
    const simulation = simulateWorkloads(store, { clock, startupMs, brokenImages })
    const traffic = startTraffic({ store, series, profiles, clock, random, meshProvider })
    traffic.setLoads(options.loads ?? [])
    const folder = mkdtempSync(join(tmpdir(), 'kubectl-canary-'))
    const kubeconfigPath = join(folder, 'kubeconfig')
    writeFileSync(kubeconfigPath, api.kubeconfig, { mode: 0o600 })
    return {
      url: api.url,
      kubeconfig: api.kubeconfig,
      kubeconfigPath,
      prometheusUrl: prometheus.url,
      ...{ api, store, profiles, series, traffic },
      async close() {
        traffic.stop()
        simulation.stop()
        rmSync(folder, { recursive: true, force: true })
        await Promise.all([prometheus.close(), api.close()])
      },
    }
  } catch (error) {
    await api.close()
    throw error
  }
}

/** Puts in what is in a cluster before anybody deploys to it. */
function furnish(store: Store, { namespaces = [], nodes = 2 }: SandboxOptions): void {
  for (const definition of customKinds()) store.create(definition)
  for (let number = 1; number <= nodes; number++) addNode(store, `node-${number}`)
  for (const name of namespaces)
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
}

interface Node extends KubeObject {
  status?: Record<string, unknown>
}

function addNode(store: Store, name: string): void {
  const labels = { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' }
  const node = store.create<Node>({ apiVersion: 'v1', kind: 'Node', metadata: { name, labels } })
  const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'simulated' }
  store.modify<Node>(
    refOf(node),
    (draft) => {
      draft.status = { conditions: [ready], nodeInfo: { kubeletVersion: 'v1.36.0' } }
    },
    { subresource: 'status' },
  )
}
