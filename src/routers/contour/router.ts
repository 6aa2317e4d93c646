/** Contour: one HTTPProxy with the name of the apex, which a root HTTPProxy includes. */
import { conditionsWithoutEffect, fieldsWithoutEffect } from '../ignored.ts'
import { keptKey } from '../kept-annotation.ts'
import { apexMetadata, apexReads, fluxOff, routeMetadata, type Specified } from '../metadata.ts'
import { rememberOriginal, restoreRoute } from '../original.ts'
import { accepted, type Router, type RouterContext, type Routes, weightsAlone } from '../router.ts'
import { renderedOrWithdrawn } from '../withdrawal.ts'
import { proxyAccepted } from './acceptance.ts'
import { keptOf, routesBeside } from './kept.ts'
import { testConditions } from './match.ts'
import { httpProxyRef, isTaken, readProxy, withdrawn } from './routes.ts'

export const contour: Router = {
  abilities({ canary }) {
    const match = (testConditions(canary.analysis.match) ?? []).length > 0
    return { ...weightsAlone, match, tenths: true }
  },

  reads: ({ canary }) => [httpProxyRef(canary), ...apexReads(canary)],

  routes({ canary, find }) {
    const found = find<Specified>(httpProxyRef(canary))
    return found && readProxy(canary, found)
  },

  accepted({ canary, find }) {
    const found = find<Specified>(httpProxyRef(canary))
    return found ? proxyAccepted(found) : accepted
  },

  render(context, routes) {
    const { canary, find } = context
    const found = find<Specified>(httpProxyRef(canary))
    return renderedOrWithdrawn({
      wanted: routes,
      found,
      render: () => [rendered(context, found, routes)],
      live: (proxy) => readProxy(canary, proxy),
      withdrawn: (proxy) => [withdrawn(canary, proxy)],
    })
  },

  restore: (context) =>
    restoreRoute(context, httpProxyRef(context.canary), (annotation) => annotation === keptKey),

  warnings: ({ canary }) => [
    ...fieldsWithoutEffect(canary, [
      'rewrite',
      'headers',
      'corsPolicy',
      'mirror',
      'backendTimeout',
      'hosts',
    ]),
    ...conditionsWithoutEffect(canary),
  ],
}

/** Virtual host, includes and whatever else the object has stay; the routes are ours. */
function rendered(context: RouterContext, found: Specified | undefined, routes: Routes): Specified {
  const { canary, settings } = context
  const { apiVersion, kind, name } = httpProxyRef(canary)
  const kept = keptOf(canary, found)
  const memory = found && !isTaken(canary, found) ? rememberOriginal(found, found.spec) : {}
  const metadata = routeMetadata(context, {
    name,
    found,
    configured: apexMetadata(context),
    annotations: { ...fluxOff, ...memory, ...(kept && { [keptKey]: JSON.stringify(kept) }) },
  })
  const spec = {
    ...found?.spec,
    ...(settings.ingressClass && { ingressClassName: settings.ingressClass }),
    routes: routesBeside(canary, routes, kept ?? []),
  }
  return { ...found, apiVersion, kind, metadata, spec }
}
