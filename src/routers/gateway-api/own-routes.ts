/**
 * HTTPRoutes of the user that the Canary names (`spec.httpRouteRefs`): their rules to the apex lead
 * to primary and canary, and all else is as the user wrote it.
 */
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import type { ObjectRef } from '../../objects.ts'
import { keptKey } from '../kept-annotation.ts'
import { fluxOff, routeMetadata, type Specified } from '../metadata.ts'
import { rememberOriginal } from '../original.ts'
import type { RouterContext, Routes } from '../router.ts'
import { keptOf, rulesBeside } from './kept.ts'
import { isWithdrawal, leadsToApex, readsCanary, withdrawn } from './rules.ts'
import { httpRouteRef } from './version.ts'

/** Each once, and not the one that is generated. */
export function ownRoutes(canary: Canary): ObjectRef[] {
  const names = new Set((canary.spec.httpRouteRefs ?? []).map(({ name }) => name))
  names.delete(canary.names.apex)
  return [...names].map((name) => httpRouteRef(canary, name))
}

/** True unless the routes of the user are all that there is to be. */
export function isGenerating(canary: Canary): boolean {
  const { gatewayRefs = [] } = canary.spec.service ?? {}
  return gatewayRefs.length > 0 || ownRoutes(canary).length === 0
}

interface Wanted {
  ref: ObjectRef
  routes: Routes
  /** Users are taken back from the canary, which no other route may stand in the way of. */
  isRollback: boolean
}

/**
 * The route with these routes in force; none where there is nothing to take back. Throws
 * InvalidSpecError where it is not there or leads nobody to the apex, but for a rollback.
 */
export function renderOwnRoute(
  context: RouterContext,
  { ref, routes, isRollback }: Wanted,
): Specified[] {
  const { canary, find } = context
  const found = find<Specified>(ref)
  if (!found) {
    if (isRollback) return []
    throw problem(canary, ref, 'is not there; create it')
  }
  try {
    return [rendered(context, found, routes)]
  } catch (error) {
    if (!(error instanceof InvalidSpecError)) throw error
    if (isWithdrawal(canary, found, routes)) return [withdrawn(canary, found)]
    if (isRollback) return []
    throw error
  }
}

function rendered(context: RouterContext, found: Specified, routes: Routes): Specified {
  const { canary } = context
  const kept = keptOf(canary, found)
  if (!kept?.rules.some((rule) => leadsToApex(canary, rule))) {
    const { apex } = canary.names
    throw problem(canary, found.metadata, `has no rule to Service ${apex}; let one lead there`)
  }
  const memory = readsCanary(canary, found) ? {} : rememberOriginal(found, found.spec)
  const metadata = routeMetadata(context, {
    name: found.metadata.name,
    found,
    annotations: { ...fluxOff, ...memory, [keptKey]: JSON.stringify(kept) },
  })
  const rules = rulesBeside(asTheyAre(canary), routes, kept.rules)
  return { ...found, metadata, spec: { ...found.spec, rules } }
}

/** What `spec.service` says of requests is said of the generated route. */
export function asTheyAre(canary: Canary): Canary {
  const { name, port = 0, targetPort, portName } = canary.spec.service ?? {}
  const service = {
    port,
    ...(name !== undefined && { name }),
    ...(targetPort !== undefined && { targetPort }),
    ...(portName !== undefined && { portName }),
  }
  return { ...canary, spec: { ...canary.spec, service } }
}

function problem(canary: Canary, { name }: { name: string }, what: string): InvalidSpecError {
  return new InvalidSpecError(
    `HTTPRoute ${name}.${canary.namespace} ${what}, or correct spec.httpRouteRefs of canary ` +
      canary.label,
  )
}
