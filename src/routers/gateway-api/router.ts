/** Gateway API: one HTTPRoute that splits the traffic, at gateways or at the Service of a mesh. */
import { apexReads, type Specified } from '../metadata.ts'
import { restoreRoute } from '../original.ts'
import { accepted, type Router } from '../router.ts'
import { parentsAccept } from './acceptance.ts'
import { renderHttpRoute, warningsOf } from './http-route.ts'
import { keptKey } from './kept.ts'
import { testMatches } from './match.ts'
import { parentsOf } from './parents.ts'
import { readRoutes } from './rules.ts'
import { httpRouteRef } from './version.ts'

export const gatewayApi: Router = {
  abilities({ canary }) {
    const test = testMatches(canary.analysis.match)
    const match = test !== undefined && test.length > 0
    // A match that everybody meets is no test, and its rule keeps nobody.
    const sessionAffinity = test !== undefined
    return { weights: true, match, mirror: true, mirrorWeight: true, sessionAffinity }
  },

  reads: ({ canary }) => [httpRouteRef(canary), ...apexReads(canary)],

  routes({ canary, find }) {
    const found = find<Specified>(httpRouteRef(canary))
    return found && readRoutes(canary, found)
  },

  accepted({ canary, find }) {
    const found = find<Specified>(httpRouteRef(canary))
    return found ? parentsAccept(found) : accepted
  },

  parents: ({ canary }) => parentsOf(canary),

  render: (context, routes) => [renderHttpRoute(context, routes)],

  restore: (context) =>
    restoreRoute(context, httpRouteRef(context.canary), (annotation) => annotation === keptKey),

  warnings: warningsOf,
}
