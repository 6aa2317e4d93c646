/** Two clusters as one: canaries and workloads in one, the objects that route traffic in another. */
import type { Cache } from '../../src/io/kube/cache/cache.ts'
import type { KubeClient } from '../../src/io/kube/client.ts'
import type { ObjectRef } from '../../src/objects.ts'

/** Groups of the API that are always at home; Ingresses and Services belong to the workloads. */
const homeGroups =
  /^(v1|flagger\.app\/.*|apps\/.*|autoscaling\/.*|(networking|coordination|discovery)\.k8s\.io\/.*|keda\.sh\/.*)$/

type Named = Pick<ObjectRef, 'apiVersion'>

/** Whether an object of this kind lives in the cluster of the service mesh. */
export function isMeshKind({ apiVersion }: Named): boolean {
  return !homeGroups.test(apiVersion)
}

/** A client that sends each request to the cluster where the object lives. */
export function routedClient(home: KubeClient, mesh: KubeClient): KubeClient {
  const of = (named: Named) => (isMeshKind(named) ? mesh : home)
  return {
    server: home.server,
    get: (ref, ...rest) => of(ref).get(ref, ...rest),
    list: (kind, ...rest) => of(kind).list(kind, ...rest),
    watch: (kind, ...rest) => of(kind).watch(kind, ...rest),
    create: (object, ...rest) => of(object).create(object, ...rest),
    replace: (object, ...rest) => of(object).replace(object, ...rest),
    patch: (ref, ...rest) => of(ref).patch(ref, ...rest),
    delete: (ref, ...rest) => of(ref).delete(ref, ...rest),
    raw: (...rest) => home.raw(...rest),
    async close() {
      await Promise.all([home.close(), mesh.close()])
    },
  }
}

/** A cache over both clusters; owners and listeners do not notice that there are two. */
export function routedCache(home: Cache, mesh: Cache): Cache {
  const of = (named: Named) => (isMeshKind(named) ? mesh : home)
  return {
    want: (kind, options) => of(kind).want(kind, options),
    async interest(owner, refs, isOurs) {
      const away = refs.filter(isMeshKind)
      const here = refs.filter((ref) => !isMeshKind(ref))
      await Promise.all([home.interest(owner, here, isOurs), mesh.interest(owner, away, isOurs)])
    },
    ownersOf: (ref) => of(ref).ownersOf(ref),
    get: (ref) => of(ref).get(ref),
    list: (kind, namespace) => of(kind).list(kind, namespace),
    glimpses: (kind, namespace) => of(kind).glimpses(kind, namespace),
    edition: (kind) => of(kind).edition(kind),
    put: (object) => of(object).put(object),
    remove: (ref) => of(ref).remove(ref),
    onChange(listener) {
      const ends = [home.onChange(listener), mesh.onChange(listener)]
      return () => {
        for (const end of ends) end()
      }
    },
    synced: (kind) => of(kind).synced(kind),
    states: () => [...home.states(), ...mesh.states()],
    async stop() {
      await Promise.all([home.stop(), mesh.stop()])
    },
  }
}
