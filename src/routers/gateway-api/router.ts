/** Gateway API: one HTTPRoute that splits the traffic, at gateways or at the Service of a mesh. */
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import type { Find, ObjectRef } from '../../objects.ts'
import { keptKey } from '../kept-annotation.ts'
import { apexReads, type Specified } from '../metadata.ts'
import { restoreRoute, together } from '../original.ts'
import type { Router, Routes } from '../router.ts'
import { allAccepted, fewestOnCanary } from '../several.ts'
import { parentsAccept } from './acceptance.ts'
import { renderHttpRoute, warningsOf } from './http-route.ts'
import { testMatches } from './match.ts'
import { asTheyAre, isGenerating, ownRoutes, renderOwnRoute } from './own-routes.ts'
import { parentsOf } from './parents.ts'
import { readRoutes } from './rules.ts'
import { httpRouteRef } from './version.ts'

export const gatewayApi: Router = {
  abilities({ canary }) {
    const test = testMatches(canary.analysis.match)
    const match = test !== undefined && test.length > 0
    // A match that everybody meets is no test, and its rule keeps nobody.
    const sessionAffinity = test !== undefined
    return {
      weights: true,
      match,
      mirror: true,
      mirrorWeight: true,
      sessionAffinity,
      tenths: true,
    }
  },

  reads: ({ canary }) => [...routesOf(canary), ...apexReads(canary)],

  routes: ({ canary, find }) => fewestOnCanary(routesIn(canary, find)),

  accepted: ({ canary, find }) =>
    allAccepted(routesOf(canary).flatMap((ref) => parentsOfRoute(find<Specified>(ref)))),

  parents: ({ canary }) => parentsOf(canary),

  render(context, routes) {
    const { canary, find } = context
    const isRollback = routes.canary === 0 && hasUsers(canary, find)
    return [
      ...(isGenerating(canary) ? [renderHttpRoute(context, routes)] : []),
      ...ownRoutes(canary).flatMap((ref) => renderOwnRoute(context, { ref, routes, isRollback })),
    ]
  },

  restore: (context) =>
    together(
      routesOf(context.canary).map((ref) =>
        restoreRoute(context, ref, (annotation) => annotation === keptKey),
      ),
    ),

  warnings: warningsOf,
}

/** The generated route, and those of the user. */
function routesOf(canary: Canary): ObjectRef[] {
  return [...(isGenerating(canary) ? [httpRouteRef(canary)] : []), ...ownRoutes(canary)]
}

const parentsOfRoute = (found: Specified | undefined) => (found ? [parentsAccept(found)] : [])

/** The traffic of each route that is there. */
function routesIn(canary: Canary, find: Find): (Routes | undefined)[] {
  const own = asTheyAre(canary)
  const ofGenerated = isGenerating(canary) ? [{ of: canary, ref: httpRouteRef(canary) }] : []
  return [...ofGenerated, ...ownRoutes(canary).map((ref) => ({ of: own, ref }))].map(
    ({ of, ref }) => {
      const found = find<Specified>(ref)
      return found && readRoutes(of, found)
    },
  )
}

/** Whether a route leads users to the canary; what nobody can read may do so. */
function hasUsers(canary: Canary, find: Find): boolean {
  try {
    return routesIn(canary, find).some((routes) => (routes?.canary ?? 0) > 0)
  } catch (error) {
    if (error instanceof InvalidSpecError) return true
    throw error
  }
}
