/** Gloo: one RouteTable with the name of the apex, and an Upstream for each of the two Services. */
import { fieldsWithoutEffect, requestFields } from '../ignored.ts'
import { apexMetadata, apexReads, fluxOff, routeMetadata, type Specified } from '../metadata.ts'
import { rememberOriginal, restoreRoute, together } from '../original.ts'
import { accepted, type Router, type RouterContext, type Routes, weightsAlone } from '../router.ts'
import { renderedOrWithdrawn } from '../withdrawal.ts'
import { glooAccepted } from './acceptance.ts'
import { testMatchers } from './match.ts'
import { isTaken, readRouteTable, routesBeside, routeTableRef, withdrawn } from './route-table.ts'
import { upstreamReads, upstreamRef, upstreams } from './upstreams.ts'

export const gloo: Router = {
  abilities({ canary }) {
    const match = (testMatchers(canary.analysis.match) ?? []).length > 0
    return { ...weightsAlone, match, tenths: true }
  },

  reads: ({ canary }) => [routeTableRef(canary), ...upstreamReads(canary), ...apexReads(canary)],

  routes({ canary, find }) {
    const found = find<Specified>(routeTableRef(canary))
    return found && readRouteTable(canary, found)
  },

  accepted({ canary, find }) {
    const refs = [
      upstreamRef(canary, 'primary'),
      upstreamRef(canary, 'canary'),
      routeTableRef(canary),
    ]
    const said = refs.flatMap((ref) => {
      const found = find<Specified>(ref)
      return found ? [glooAccepted(found)] : []
    })
    return said.find(({ state }) => state === 'pending') ?? accepted
  },

  /** Upstreams first: Gloo refuses a route to one that is not there. */
  render(context, routes) {
    const { canary, find } = context
    const found = find<Specified>(routeTableRef(canary))
    return renderedOrWithdrawn({
      wanted: routes,
      found,
      render: () => [...upstreams(context), routeTable(context, found, routes)],
      live: (table) => readRouteTable(canary, table),
      withdrawn: (table) => [withdrawn(canary, table)],
    })
  },

  restore: (context) =>
    together(
      [
        routeTableRef(context.canary),
        upstreamRef(context.canary, 'primary'),
        upstreamRef(context.canary, 'canary'),
      ].map((ref) => restoreRoute(context, ref)),
    ),

  warnings: ({ canary }) => fieldsWithoutEffect(canary, requestFields),
}

/** Whatever else the table has stays, and so does what Gloo wrote of it. */
function routeTable(
  context: RouterContext,
  found: Specified | undefined,
  routes: Routes,
): Specified {
  const { canary } = context
  const { apiVersion, kind, name } = routeTableRef(canary)
  const memory = found && !isTaken(canary, found) ? rememberOriginal(found, found.spec) : {}
  const metadata = routeMetadata(context, {
    name,
    found,
    configured: apexMetadata(context),
    annotations: { ...fluxOff, ...memory },
  })
  const spec = { ...found?.spec, routes: routesBeside(canary, found, routes) }
  return { ...found, apiVersion, kind, metadata, spec }
}
