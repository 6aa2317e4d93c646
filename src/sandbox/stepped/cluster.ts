/** The store of an embedded cluster alone: no server, no network, on any clock. */
import { randomUUID } from 'node:crypto'
import type { Clock } from '../../io/clock.ts'
import type { KubeObject } from '../../objects.ts'
import type { Cluster } from '../api/cluster.ts'
import { serveCustomResources } from '../api/custom.ts'
import { collectGarbage } from '../api/garbage.ts'
import { createRegistry } from '../api/registry.ts'
import { createStorage } from '../api/storage.ts'
import { createStore, type Store } from '../api/store.ts'

/** With a node, these definitions and these namespaces beside `default`. */
export function createSteppedCluster(of: {
  clock: Clock
  definitions: readonly KubeObject[]
  namespaces: readonly string[]
}): Store {
  const { clock, definitions, namespaces } = of
  const cluster: Cluster = {
    storage: createStorage(100),
    registry: createRegistry(),
    now: () => clock.now(),
    uuid: randomUUID,
    gracefulPods: false,
  }
  serveCustomResources(cluster)
  collectGarbage(cluster)
  const store = createStore(cluster)
  for (const name of new Set(['default', ...namespaces]))
    store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  store.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' } })
  for (const definition of definitions) store.create(definition)
  return store
}
