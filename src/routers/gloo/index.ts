/** Gloo: a RouteTable between two Upstreams, which the user's VirtualService delegates to. */
import type { Provider } from '../provider.ts'
import { checks } from './checks.ts'
import { routeTables } from './route-table.ts'
import { gloo as router } from './router.ts'
import { upstreamKind } from './upstreams.ts'

export const gloo: Provider = {
  names: ['gloo'],
  // As in Flagger, whatever follows.
  serves: (provider) => provider.startsWith('gloo'),
  kinds: [routeTables, upstreamKind],
  router,
  checks,
  // The objects have the name of the apex Service, which no two canaries may share.
  claims: () => [],
}
