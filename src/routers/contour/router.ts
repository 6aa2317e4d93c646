/** Contour: one HTTPProxy with the name of the apex, which a root HTTPProxy includes. */
import { InvalidSpecError } from '../../errors.ts'
import { apexMetadata, apexReads, fluxOff, routeMetadata, type Specified } from '../metadata.ts'
import { rememberOriginal, restoreRoute } from '../original.ts'
import { accepted, type Router, type RouterContext, type Routes } from '../router.ts'
import { proxyAccepted } from './acceptance.ts'
import { keptKey, keptOf, routesBeside } from './kept.ts'
import { testConditions } from './match.ts'
import { httpProxyRef, isTaken, readProxy, withdrawn } from './routes.ts'

export const contour: Router = {
  abilities({ canary }) {
    const match = (testConditions(canary.analysis.match) ?? []).length > 0
    return { weights: true, match, mirror: false, mirrorWeight: false, sessionAffinity: false }
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
    const found = context.find<Specified>(httpProxyRef(context.canary))
    try {
      return [rendered(context, found, routes)]
    } catch (error) {
      if (error instanceof InvalidSpecError && found && isWithdrawal(context, found, routes))
        return [withdrawn(context.canary, found)]
      throw error
    }
  },

  restore: (context) =>
    restoreRoute(context, httpProxyRef(context.canary), (annotation) => annotation === keptKey),

  warnings({ canary }) {
    const {
      rewrite,
      headers,
      corsPolicy,
      mirror,
      backendTimeout,
      hosts,
      match = [],
    } = canary.spec.service ?? {}
    const fields = { rewrite, headers, corsPolicy, mirror, backendTimeout, hosts }
    const names = Object.entries(fields).filter(([, of]) => of !== undefined)
    const conditions = match.flatMap((one, at) =>
      Object.keys(one)
        .filter((field) => field !== 'uri' && field !== 'name')
        .map((field) => `match[${at}].${field}`),
    )
    return [...names.map(([name]) => name), ...conditions].map(
      (field) =>
        `canary ${canary.label}: spec.service.${field} has no effect with provider contour; remove it`,
    )
  },
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

/** What stops `rendered` is for later, where the canary has users, and is to have none. */
function isWithdrawal({ canary }: RouterContext, found: Specified, wanted: Routes): boolean {
  if (wanted.canary > 0) return false
  try {
    return (readProxy(canary, found)?.canary ?? 0) > 0
  } catch (error) {
    if (error instanceof InvalidSpecError) return true
    throw error
  }
}
