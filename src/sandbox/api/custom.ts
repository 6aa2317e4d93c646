/** Serves the kinds of CustomResourceDefinitions as these come, change and go. */
import type { Cluster } from './cluster.ts'
import { timestamp } from './cluster.ts'
import { establish, resourcesOf } from './crd.ts'
import { freeze, same } from './json.ts'
import { type ApiObject, storageOf } from './resource.ts'
import type { Change } from './storage.ts'
import { removeNow } from './writing/deletion.ts'

const storage = 'apiextensions.k8s.io/customresourcedefinitions'

/** Watches the CRDs; gives the function that ends it. */
export function serveCustomResources(cluster: Cluster): () => void {
  return cluster.storage.subscribe((change) => {
    if (change.storage !== storage) return
    const { name } = change.object.metadata
    if (change.type === 'DELETED') {
      removeInstances(cluster, change)
      cluster.registry.declare(name, [])
      return
    }
    cluster.registry.declare(name, resourcesOf(change.object))
    if (!same(change.object.spec, change.previous?.spec)) accept(cluster, change.object)
  })
}

function accept(cluster: Cluster, crd: ApiObject): void {
  const resourceVersion = String(cluster.storage.next())
  const accepted = establish(crd, timestamp(cluster)) as ApiObject
  const metadata = { ...crd.metadata, resourceVersion }
  cluster.storage.put(storage, freeze({ ...accepted, metadata }))
}

function removeInstances(cluster: Cluster, { object }: Change): void {
  const [resource] = resourcesOf(object)
  if (!resource) return
  for (const instance of cluster.storage.list(storageOf(resource)))
    removeNow(cluster, resource, instance)
}
