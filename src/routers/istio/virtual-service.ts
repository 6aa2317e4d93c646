/** The VirtualService: hosts, gateways, and the routes of one protocol. */
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import type { ObjectRef } from '../../objects.ts'
import { keptKey } from '../kept-annotation.ts'
import { apexMetadata, fluxOff, routeMetadata, type Specified } from '../metadata.ts'
import { rememberOriginal } from '../original.ts'
import { record } from '../reading.ts'
import type { RouterContext, Routes } from '../router.ts'
import { routesOf } from '../weighted/weights.ts'
import { weighted } from './destinations.ts'
import { httpRules } from './http-rules.ts'
import { keptOf, lostBy, rulesBeside, withKept } from './kept.ts'
import { hostIs, type Kept, type Rule, readsCanary, splitRule, weightsOf } from './rules.ts'

/** The VirtualService that has the name of the apex Service. */
export function virtualServiceRef({ namespace, names }: Canary): ObjectRef {
  return {
    apiVersion: 'networking.istio.io/v1beta1',
    kind: 'VirtualService',
    namespace,
    name: names.apex,
  }
}

/** Whether `spec.service.appProtocol` asks for routes of TCP; all else is HTTP. */
export function isTcp({ spec }: Canary): boolean {
  return spec.service?.appProtocol?.toLowerCase() === 'tcp'
}

/**
 * The traffic that a VirtualService splits; undefined while it names no canary, because it was not
 * taken over yet. Throws InvalidSpecError when neither destination has a weight.
 */
export function readRoutes(canary: Canary, found: Specified): Routes | undefined {
  const { primary, canary: canaryHost } = canary.names
  const rule = splitRule(canary, found, [isTcp(canary) ? 'tcp' : 'http'])
  if (!rule) return undefined
  const routes = routesOf(
    sum(weightsOf(rule.route, primary)),
    sum(weightsOf(rule.route, canaryHost)),
    `VirtualService ${canary.names.apex}.${canary.namespace} does not contain routes for ` +
      `${primary} and ${canaryHost}: give one of them a weight`,
  )
  if (record(rule.mirror).host !== canaryHost) return routes
  const { value } = record(rule.mirrorPercentage)
  return {
    ...routes,
    mirrored: true,
    ...(typeof value === 'number' ? { mirrorWeight: value } : {}),
  }
}

/** The VirtualService with these routes in force. Throws InvalidSpecError, see `placement`. */
export function renderVirtualService(context: RouterContext, routes: Routes): Specified {
  const { canary, find } = context
  const ref = virtualServiceRef(canary)
  const found = find<Specified>(ref)
  const { hosts, gateways, http, tcp, ...foreign } = found?.spec ?? {}
  const kept = keptOf(canary, found)
  const as = withKept(canary, kept)
  const spec = { ...foreign, ...placement(as), ...rulesOf(as, routes, kept) }
  const memory = found && !readsCanary(canary, found) ? rememberOriginal(found, found.spec) : {}
  const metadata = routeMetadata(context, {
    name: ref.name,
    found,
    configured: apexMetadata(context),
    annotations: {
      ...fluxOff,
      ...memory,
      ...(kept && { [keptKey]: JSON.stringify(kept) }),
    },
  })
  return { ...found, apiVersion: ref.apiVersion, kind: ref.kind, metadata, spec }
}

/** What of a VirtualService that was taken over is not in force, one sentence each. */
export function lostRoutes({ canary, find }: RouterContext): string[] {
  return lostBy(canary, keptOf(canary, find<Specified>(virtualServiceRef(canary))))
}

/** Rules of both protocols: of the other one those that were there. */
function rulesOf(canary: Canary, routes: Routes, kept: Kept | undefined): Rule {
  const { http = [], tcp = [] } = kept ?? {}
  if (isTcp(canary)) {
    const make = (of: Canary, to: Routes): Rule[] => [tcpRoute(of, to)]
    const rules = rulesBeside(canary, routes, { kept: tcp, make })
    return { ...(http.length > 0 && { http }), tcp: rules }
  }
  const make = (of: Canary, to: Routes): Rule[] => httpRules(of, to).map((rule) => ({ ...rule }))
  const rules = rulesBeside(canary, routes, { kept: http, make })
  return { http: rules, ...(tcp.length > 0 && { tcp }) }
}

/** Where the routes apply. Throws InvalidSpecError for a delegate that claims hosts itself. */
function placement(canary: Canary): Rule {
  const { apex } = canary.names
  const { hosts = [], gateways = [], delegation } = canary.spec.service ?? {}
  if (delegation) {
    if (hosts.length + gateways.length === 0) return { hosts: [] }
    throw new InvalidSpecError(
      `VirtualService ${apex}.${canary.namespace} cannot have hosts and gateways when delegation ` +
        `enabled: remove spec.service.hosts and spec.service.gateways of canary ${canary.label}`,
    )
  }
  const isApex = (host: string) => hostIs(canary, apex, { destination: { host } })
  const isNamed = hosts.some((host) => host === '*' || isApex(host))
  return {
    hosts: isNamed ? hosts : [...hosts, apex],
    gateways: gateways.length > 0 ? gateways : ['mesh'],
  }
}

/** TCP has no requests to match or to copy: of `service.match`, only the port counts. */
function tcpRoute(canary: Canary, routes: Routes): Rule {
  const { match = [] } = canary.spec.service ?? {}
  const ports = match.map(({ port }) => (port ? { port } : {}))
  return { ...(ports.length > 0 ? { match: ports } : {}), route: weighted(canary, routes) }
}

const sum = (weights: number[]): number => weights.reduce((total, weight) => total + weight, 0)
