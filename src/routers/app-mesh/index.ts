/** AWS App Mesh, in both versions of its API. */
import type { Provider } from '../provider.ts'
import { checks } from './checks.ts'
import { appMesh as router } from './router.ts'
import { appMeshKinds } from './version.ts'

export const appMesh: Provider = {
  names: ['appmesh', 'appmesh:v1beta2'],
  // As in Flagger: the older version by its plain name only, the newer one by its beginning.
  serves: (provider) => provider === 'appmesh' || provider.startsWith('appmesh:v1beta2'),
  kinds: appMeshKinds,
  router,
  checks,
  // The objects have the names of the Services, which no two canaries may share.
  claims: () => [],
}
