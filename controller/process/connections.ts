/** Clients and caches of the cluster, or of the two: that of the Canaries and that of the mesh. */
import { systemClock } from '../../src/io/clock.ts'
import { type Cache, createCache } from '../../src/io/kube/cache/cache.ts'
import { connect, type KubeClient } from '../../src/io/kube/client.ts'
import { type ConnectionFlags, loadConnection } from '../../src/io/kube/connection/config.ts'
import type { Log } from '../../src/io/log.ts'
import { glimpsesOf } from '../observe/glimpses.ts'
import { routedCache, routedClient } from './clusters.ts'
import type { Config } from './config/config.ts'
import type { Metrics } from './metrics.ts'
import { version } from './version.ts'

interface Clients {
  /** Both clusters as one, where there are two. */
  kube: KubeClient
  /** The cluster of the service mesh, where it is another one. */
  mesh: KubeClient | undefined
}

/** Connections by the flags; no request is made yet. */
export function clients(config: Readonly<Config>, metrics: Metrics): Clients {
  const { kubeconfig, master, meshKubeconfig } = config
  const home = client(config, metrics, {
    ...(kubeconfig !== '' && { kubeconfig }),
    ...(master !== '' && { server: master }),
  })
  if (meshKubeconfig === '' || meshKubeconfig === kubeconfig) return { kube: home, mesh: undefined }
  const mesh = client(config, metrics, { kubeconfig: meshKubeconfig })
  if (mesh.server === home.server) return { kube: home, mesh: undefined }
  return { kube: routedClient(home, mesh), mesh }
}

function client(config: Readonly<Config>, metrics: Metrics, flags: ConnectionFlags): KubeClient {
  return connect(loadConnection(flags), {
    version,
    // Over TLS each holds buffers and a session, also for half a minute after its last request.
    connections: 16,
    qps: config.qps,
    burst: config.burst,
    onRequest: ({ verb, resource, status, ms }) =>
      metrics.apiRequest({ verb, resource, status, seconds: ms / 1000 }),
  })
}

/** The cache of what is watched, in one cluster or both. */
export function caches(
  { namespace }: Readonly<Config>,
  { kube, mesh, log }: Clients & { log: Log },
): Cache {
  const options = { glimpsesOf, ...(namespace && { namespace }) }
  const of = (client: KubeClient) =>
    createCache({ kube: client, clock: systemClock, random: Math.random, log }, options)
  return mesh ? routedCache(of(kube), of(mesh)) : of(kube)
}
