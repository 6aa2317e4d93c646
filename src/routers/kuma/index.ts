/** Kuma: a TrafficRoute between the services of a mesh. */
import { named, type Provider } from '../provider.ts'
import { checks } from './checks.ts'
import { rivalry } from './places.ts'
import { kuma as router } from './router.ts'
import { trafficRoutes } from './traffic-route.ts'

export const kuma: Provider = {
  ...named('kuma'),
  kinds: [trafficRoutes],
  draftOrder: 5,
  router,
  checks,
  // Whose a route is, its destination tells: names are those of the whole cluster.
  claims: () => [],
  rivalry,
}
