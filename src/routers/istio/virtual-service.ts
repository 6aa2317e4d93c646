/** The VirtualService: hosts, gateways, and the routes of one protocol. */
import type { Canary } from '../../canary/canary.ts'
import { InvalidSpecError } from '../../errors.ts'
import type { ObjectRef } from '../../objects.ts'
import { apexMetadata, fluxOff, routeMetadata, type Specified } from '../metadata.ts'
import { rememberOriginal } from '../original.ts'
import type { RouterContext, Routes } from '../router.ts'
import { routesOf } from '../weights.ts'
import { weighted } from './destinations.ts'
import { httpRules } from './http-rules.ts'

type Fields = Record<string, unknown>

export function virtualServiceRef({ namespace, names }: Canary): ObjectRef {
  return {
    apiVersion: 'networking.istio.io/v1beta1',
    kind: 'VirtualService',
    namespace,
    name: names.apex,
  }
}

export function isTcp({ spec }: Canary): boolean {
  return spec.service?.appProtocol?.toLowerCase() === 'tcp'
}

/**
 * The traffic that a VirtualService splits; undefined while it names no canary, because it was not
 * taken over yet. Throws InvalidSpecError when neither destination has a weight.
 */
export function readRoutes(canary: Canary, found: Specified): Routes | undefined {
  const { primary, canary: canaryHost } = canary.names
  const rules = list(found.spec?.[isTcp(canary) ? 'tcp' : 'http'])
  const rule = rules.findLast(({ route }) => weightsOf(route, canaryHost).length > 0)
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
  const spec = {
    ...foreign,
    ...placement(canary),
    ...(isTcp(canary) ? { tcp: [tcpRoute(canary, routes)] } : { http: httpRules(canary, routes) }),
  }
  const memory = found && !readsCanary(canary, found) ? rememberOriginal(found, found.spec) : {}
  const metadata = routeMetadata(context, {
    name: ref.name,
    found,
    configured: apexMetadata(context),
    annotations: { ...fluxOff, ...memory },
  })
  return { ...found, apiVersion: ref.apiVersion, kind: ref.kind, metadata, spec }
}

/** Where the routes apply. Throws InvalidSpecError for a delegate that claims hosts itself. */
function placement(canary: Canary): Fields {
  const { apex } = canary.names
  const { hosts = [], gateways = [], delegation } = canary.spec.service ?? {}
  if (delegation) {
    if (hosts.length + gateways.length === 0) return { hosts: [] }
    throw new InvalidSpecError(
      `VirtualService ${apex}.${canary.namespace} cannot have hosts and gateways when delegation ` +
        `enabled: remove spec.service.hosts and spec.service.gateways of canary ${canary.label}`,
    )
  }
  const isNamed = hosts.includes(apex) || hosts.includes('*')
  return {
    hosts: isNamed ? hosts : [...hosts, apex],
    gateways: gateways.length > 0 ? gateways : ['mesh'],
  }
}

/** TCP has no requests to match or to copy: of `service.match`, only the port counts. */
function tcpRoute(canary: Canary, routes: Routes): Fields {
  const { match = [] } = canary.spec.service ?? {}
  const ports = match.map(({ port }) => (port ? { port } : {}))
  return { ...(ports.length > 0 ? { match: ports } : {}), route: weighted(canary, routes) }
}

/** A VirtualService that names the canary is none of before the take-over. */
function readsCanary({ names }: Canary, { spec }: Specified): boolean {
  const rules = [...list(spec?.http), ...list(spec?.tcp)]
  return rules.some(({ route }) => weightsOf(route, names.canary).length > 0)
}

function weightsOf(route: unknown, host: string): number[] {
  return list(route)
    .filter(({ destination }) => record(destination).host === host)
    .map(({ weight }) => (typeof weight === 'number' ? weight : 0))
}

const sum = (weights: number[]): number => weights.reduce((total, weight) => total + weight, 0)

/** Routing objects are edited by hand too: what has another shape counts as empty. */
function list(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(record) : []
}

function record(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}
