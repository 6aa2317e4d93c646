/** The API server: an in-memory cluster behind HTTP on the loopback address. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Cluster } from './cluster.ts'
import { serveCustomResources } from './custom.ts'
import { collectGarbage } from './garbage.ts'
import { type Accounting, createAccounting } from './http/accounting.ts'
import type { FaultRule } from './http/faults.ts'
import { createHandler } from './http/handler.ts'
import { kubeconfigFor } from './kubeconfig.ts'
import { createRegistry } from './registry.ts'
import { createStorage } from './storage.ts'
import { createStore, type Store } from './store.ts'
import type { User } from './users.ts'

export interface ApiServerOptions {
  /** 0, the default, takes a free one. */
  port?: number
  /** The time of day; that of the machine unless told. */
  now?: () => Date
  /** Changes to remember for watches and continued lists; 10,000 unless told. */
  historySize?: number
  /** Pods on a node stay after a delete until a delete without grace comes, as with a kubelet. */
  gracefulPods?: boolean
  /** How many requests `requests.log()` keeps; 1,000 unless told. */
  requestLogSize?: number
  /** Milliseconds between bookmarks of a watch; 60,000 unless told. */
  bookmarkIntervalMs?: number
  /** Bearer tokens and whose they are. Without any, everyone is a cluster administrator. */
  tokens?: Record<string, User>
  /** Whether roles decide what the users of `tokens` may do; they may do all unless told. */
  rbac?: boolean
}

export interface ApiServer {
  url: string
  /** YAML for the first of the tokens. */
  kubeconfig: string
  /** YAML for another of the tokens. */
  kubeconfigFor(token: string): string
  store: Store
  requests: Accounting
  /** Adds a rule that may spoil requests; gives the function that takes it away. */
  fault(rule: FaultRule): () => void
  /** Ends every watch, as a restart of the server would. */
  dropWatches(): void
  /** Ends every watch and connection; resolves when the port is free. */
  close(): Promise<void>
}

const idleConnectionMs = 180_000

/** Starts a server with the namespaces that every cluster has. */
export async function startApiServer(options: ApiServerOptions = {}): Promise<ApiServer> {
  const { port = 0, now = () => new Date(), tokens = {} } = options
  const cluster: Cluster = {
    storage: createStorage(options.historySize ?? 10_000),
    registry: createRegistry(),
    now,
    uuid: randomUUID,
    gracefulPods: options.gracefulPods ?? false,
  }
  serveCustomResources(cluster)
  collectGarbage(cluster)
  const store = createStore(cluster)
  seed(store)
  const requests = createAccounting(options.requestLogSize ?? 1000)
  const handler = createHandler(cluster, {
    requests,
    tokens,
    rbac: options.rbac ?? false,
    bookmarkIntervalMs: options.bookmarkIntervalMs ?? 60_000,
  })
  const server = createServer(handler.handle)
  // Like the real one: clients that send now and then must not meet a connection that just closed.
  server.keepAliveTimeout = idleConnectionMs
  const url = await listen(server, port)
  const [token] = Object.keys(tokens)
  return {
    url,
    kubeconfig: kubeconfigFor(url, token),
    kubeconfigFor: (of) => kubeconfigFor(url, of),
    store,
    requests,
    fault: handler.fault,
    dropWatches: handler.dropWatches,
    async close() {
      handler.dropWatches()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

async function listen(server: Server, port: number): Promise<string> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  // A server that listens on TCP has an address of this form.
  const address = server.address() as AddressInfo
  return `http://127.0.0.1:${address.port}`
}

function seed(store: Store): void {
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease'])
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  const kubernetes = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: {
      clusterIP: '10.0.0.1',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
    },
  }
  store.create(kubernetes)
}
