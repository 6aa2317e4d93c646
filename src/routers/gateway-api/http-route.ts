/** The HTTPRoute: its parents, host names and rules. */
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import { keptKey } from '../kept-annotation.ts'
import { apexMetadata, fluxOff, routeMetadata, type Specified } from '../metadata.ts'
import { rememberOriginal } from '../original.ts'
import { type Fields, list, record } from '../reading.ts'
import type { RouterContext, Routes } from '../router.ts'
import { keptOf, lostBy, rulesBeside } from './kept.ts'
import { ignoredConditions } from './match.ts'
import { isWithdrawal, readsCanary, withdrawn } from './rules.ts'
import { httpRouteRef, isOld } from './version.ts'

/**
 * The route with these routes in force. Throws InvalidSpecError where the Canary asks for what an
 * HTTPRoute can't express, but for a rollback: what the canary still has is taken from it first.
 */
export function renderHttpRoute(context: RouterContext, routes: Routes): Specified {
  const { canary, find } = context
  const found = find<Specified>(httpRouteRef(canary))
  try {
    return rendered(context, found, routes)
  } catch (error) {
    if (error instanceof InvalidSpecError && found && isWithdrawal(canary, found, routes))
      return withdrawn(canary, found)
    throw error
  }
}

function rendered(context: RouterContext, found: Specified | undefined, routes: Routes): Specified {
  const { canary } = context
  const { apiVersion, kind, name } = httpRouteRef(canary)
  const { parentRefs: _, hostnames: __, rules: ___, ...foreign } = found?.spec ?? {}
  const kept = keptOf(canary, found)
  const hosts = canary.spec.service?.hosts ?? []
  const hostnames = hosts.length > 0 ? hosts : (kept?.hostnames ?? [])
  const spec = {
    ...foreign,
    parentRefs: parentRefs(canary),
    ...(hostnames.length > 0 && { hostnames }),
    rules: rulesBeside(canary, routes, kept?.rules ?? []),
  }
  const memory = found && !readsCanary(canary, found) ? rememberOriginal(found, found.spec) : {}
  const metadata = routeMetadata(context, {
    name,
    found,
    configured: apexMetadata(context),
    annotations: { ...fluxOff, ...memory, ...(kept && { [keptKey]: JSON.stringify(kept) }) },
  })
  return { ...found, apiVersion, kind, metadata, spec }
}

/** The defaults are those of the API server, which writes them where they are missing. */
function parentRefs({ spec, label }: Canary): Fields[] {
  const { gatewayRefs = [] } = spec.service ?? {}
  if (gatewayRefs.length === 0)
    throw new InvalidSpecError(
      `GatewayRefs must be specified for canary ${label}; name a Gateway, or the Service of a ` +
        'mesh, in spec.service.gatewayRefs',
    )
  const defaults = { group: 'gateway.networking.k8s.io', kind: 'Gateway' }
  return gatewayRefs.map((ref) => ({ ...defaults, ...ref }))
}

/** What is written in the Canary, or was in a route that was taken over, and is not in force. */
export function warningsOf({ canary, find }: RouterContext): string[] {
  const found = find<Specified & { status?: unknown }>(httpRouteRef(canary))
  const without = ignoredFields(canary).map(
    (field) =>
      `canary ${canary.label}: ${field} has no effect with provider ${canary.provider}; remove it`,
  )
  return [
    ...without,
    ...foreignParents(canary),
    ...unclaimed(canary, found),
    ...lostBy(canary, keptOf(canary, found)),
  ]
}

function ignoredFields(canary: Canary): string[] {
  const { retries, corsPolicy, timeout, backendTimeout, match } = canary.spec.service ?? {}
  const patterns = (corsPolicy?.allowOrigins ?? []).some(({ exact }) => !exact)
  const old = isOld(canary)
  const fields = {
    retries: retries !== undefined,
    timeout: old && timeout !== undefined,
    backendTimeout: old && backendTimeout !== undefined,
    corsPolicy: old && corsPolicy !== undefined,
    'corsPolicy.allowOrigins by prefix or regex': !old && patterns,
  }
  const names = Object.entries(fields).filter(([, isIgnored]) => isIgnored)
  return [...names.map(([name]) => `spec.service.${name}`), ...ignoredConditions(match)]
}

/** A mesh splits what is sent to the Service that it finds here. */
function foreignParents({ spec, names, namespace, label }: Canary): string[] {
  const { gatewayRefs = [] } = spec.service ?? {}
  return gatewayRefs
    .filter(({ kind, name, namespace: of = namespace }) => {
      return kind === 'Service' && (name !== names.apex || of !== namespace)
    })
    .map(
      ({ name }) =>
        `canary ${label}: spec.service.gatewayRefs names Service ${name}, so that requests to ` +
        `Service ${names.apex} are not split; name ${names.apex} to split them`,
    )
}

/** In a run, a route that no parent says a word of: as with a Gateway that does not exist. */
function unclaimed(canary: Canary, found?: Specified & { status?: unknown }): string[] {
  const isRunning = canary.status.phase === 'Progressing'
  if (!found || !isRunning || list(record(found.status).parents).length > 0) return []
  const { gatewayRefs = [] } = canary.spec.service ?? {}
  return [
    `HTTPRoute ${canary.names.apex}.${canary.namespace} has no word of its parents ` +
      `(${gatewayRefs.map(({ name }) => name).join(', ')}) in its status, so that nobody knows ` +
      'whether its weights are in force; see that they exist, and admit routes of this namespace',
  ]
}
