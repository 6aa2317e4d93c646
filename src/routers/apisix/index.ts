/** Apache APISIX: a copy of the user's ApisixRoute with weighted backends. */
import { named, type Provider } from '../provider.ts'
import { checks } from './checks.ts'
import { apisixRoutes } from './route.ts'
import { apisix as router } from './router.ts'

export const apisix: Provider = {
  ...named('apisix'),
  kinds: [apisixRoutes],
  router,
  checks,
  claims({ routeRef, service, targetRef }) {
    const apex = service?.name || targetRef?.name
    if (!routeRef?.name || !apex) return []
    const remedy = 'give each canary a spec.service.name, or an ApisixRoute, of its own'
    return [{ kind: apisixRoutes.kind, name: `${routeRef.name}-${apex}-canary`, remedy }]
  },
}
