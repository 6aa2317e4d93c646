/** A cluster to measure the controller on: the embedded one behind TLS, or a real control plane. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { CanaryResource, Phase } from '../../src/canary/api.gen.ts'
import { systemClock } from '../../src/io/clock.ts'
import { type Cache, createCache } from '../../src/io/kube/cache/cache.ts'
import { connect, type KubeClient } from '../../src/io/kube/client.ts'
import { loadConnection } from '../../src/io/kube/connection/config.ts'
import { silent } from '../../src/io/log.ts'
import { resourceKind } from '../../src/known-kinds.ts'
import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { startTlsFront } from './tls-front.ts'
import { canaryRef, namespace } from './workloads.ts'

export interface BenchCluster {
  what: string
  kubeconfigPath: string
  kube: KubeClient
  /** Resolves once all of them are in this phase; rejects after `withinMs`. */
  allReach(names: readonly string[], phase: Phase, withinMs: number): Promise<void>
  close(): Promise<void>
}

interface Server {
  what: string
  kubeconfigPath: string
  close(): Promise<void>
}

/** Starts one with the namespace of the benches and the project's CRDs. */
export async function startCluster(kind: 'embedded' | 'real'): Promise<BenchCluster> {
  const server = await (kind === 'real' ? startReal() : startEmbedded())
  const kube = connect(loadConnection({ kubeconfig: server.kubeconfigPath }), { qps: 0 })
  const random = Math.random
  const cache = createCache({ kube, clock: systemClock, random, log: silent }, { namespace })
  await cache.want(resourceKind({ apiVersion: 'flagger.app/v1beta1', kind: 'Canary' }))
  return {
    ...{ what: server.what, kubeconfigPath: server.kubeconfigPath, kube },
    allReach: (names, phase, withinMs) => allReach(cache, { names, phase, withinMs }),
    async close() {
      await cache.stop()
      await kube.close()
      await server.close()
    },
  }
}

async function startEmbedded(): Promise<Server> {
  const sandbox = await startSandbox({ namespaces: [namespace], startupMs: 200 })
  const front = await startTlsFront(sandbox.kubeconfig)
  return {
    what: 'the embedded cluster',
    kubeconfigPath: front.kubeconfigPath,
    async close() {
      await front.close()
      await sandbox.close()
    },
  }
}

/** Built with Go where that was not done before: some minutes. */
async function startReal(): Promise<Server> {
  const { startControlPlane } = await import('../../test/cluster/control-plane/control-plane.ts')
  const plane = await startControlPlane({ log: (line) => process.stderr.write(`${line}\n`) })
  const kubectl = (...words: string[]) =>
    promisify(execFile)(plane.program('kubectl'), [
      `--kubeconfig=${plane.adminKubeconfig}`,
      ...words,
    ])
  const crds = new URL('../../crds', import.meta.url).pathname
  await kubectl('apply', '--server-side', '-f', crds)
  await kubectl('wait', '--for=condition=Established', 'crd', '--all')
  await kubectl('create', 'namespace', namespace)
  return {
    what: 'a real control plane',
    kubeconfigPath: plane.adminKubeconfig,
    close: () => plane.stop(),
  }
}

function allReach(
  cache: Cache,
  { names, phase, withinMs }: { names: readonly string[]; phase: Phase; withinMs: number },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const isThere = (name: string) =>
    cache.get<CanaryResource>(canaryRef(name))?.status?.phase === phase
  const missing = new Set(names.filter((name) => !isThere(name)))
  const late = setTimeout(() => {
    const some = [...missing].slice(0, 5).join(', ')
    reject(new Error(`${missing.size} not ${phase} after ${withinMs} ms: ${some}`))
  }, withinMs)
  const awaited = new Set(names)
  const stopListening = cache.onChange(({ kind, name }) => {
    if (kind !== 'Canary' || !awaited.has(name)) return
    if (isThere(name)) missing.delete(name)
    else missing.add(name)
    if (missing.size === 0) resolve()
  })
  if (missing.size === 0) resolve()
  return promise.finally(() => {
    clearTimeout(late)
    stopListening()
  })
}
