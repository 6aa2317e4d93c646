/**
 * Istio's sidecars, as its reference of VirtualService says: the first rule that matches decides;
 * the conditions of one match must all hold, one match of several is enough; a lone destination
 * gets everything, several get their shares; what is mirrored is mirrored beside the answer.
 * https://istio.io/latest/docs/reference/config/networking/virtual-service/
 */
import type { AnalysisMatch, StringMatch } from '../../canary/api.gen.ts'
import type { KubeObject } from '../../objects.ts'
import {
  type Called,
  chosen,
  type Objects,
  type Plane,
  type UserRequest,
  type Way,
} from '../../sandbox/traffic/plane.ts'
import { countsOfSidecars } from '../../sandbox/traffic/sidecars.ts'
import { meets, textFor } from '../../sandbox/traffic/string-match.ts'

interface VirtualService extends KubeObject {
  spec?: { hosts?: string[]; gateways?: string[]; http?: HttpRoute[]; tcp?: TcpRoute[] }
}

interface HttpRoute {
  match?: HttpMatch[]
  route?: Destination[]
  delegate?: { name: string; namespace?: string }
  mirror?: { host: string }
  mirrorPercentage?: { value: number }
  headers?: Headers
}

interface TcpRoute {
  route?: Destination[]
}

interface HttpMatch {
  uri?: StringMatch
  method?: StringMatch
  headers?: Record<string, StringMatch>
  withoutHeaders?: Record<string, StringMatch>
  queryParams?: Record<string, StringMatch>
  sourceLabels?: Record<string, string>
  gateways?: string[]
}

interface Destination {
  destination: { host: string }
  weight?: number
  headers?: Headers
}

interface Headers {
  response?: { add?: Record<string, string>; set?: Record<string, string> }
}

const virtualServices = { apiVersion: 'networking.istio.io/v1beta1', kind: 'VirtualService' }

export const plane: Plane = {
  road(called, objects) {
    const all = objects.list<VirtualService>(virtualServices, called.namespace)
    const found = all.find((one) => isApplied(one) && isFor(one, called))
    if (!found) return undefined
    const rules = (found.spec?.http ?? []).flatMap((rule) => delegated(rule, called, objects))
    if (rules.length === 0) return tcpRoad(found)
    return (request, random) => {
      const isInside = called.host === undefined
      const rule = rules.find((one) => matches(one, request, isInside))
      return rule ? wayBy(rule, random) : {}
    }
  },

  counts: countsOfSidecars,

  tester(match: readonly AnalysisMatch[]) {
    const conditions = Object.entries(match[0]?.headers ?? {})
    return Object.fromEntries(
      conditions.map(([name, condition]) => [name.toLowerCase(), textFor(condition)]),
    )
  },
}

/** Istio refuses a rule whose destinations have no weight at all, and what it refuses is not there. */
function isApplied({ spec }: VirtualService): boolean {
  return [...(spec?.http ?? []), ...(spec?.tcp ?? [])].every(
    ({ route = [] }) => route.length < 2 || route.some(({ weight = 0 }) => weight > 0),
  )
}

/**
 * Short names are those of the object's own namespace; without gateways it is for the mesh. Who
 * calls by a host comes in by a gateway.
 */
function isFor({ spec }: VirtualService, { namespace, service, host: asked }: Called): boolean {
  const { hosts = [], gateways = ['mesh'] } = spec ?? {}
  if (asked !== undefined)
    return gateways.some((one) => one !== 'mesh') && (hosts.includes(asked) || hosts.includes('*'))
  const qualified = `${service}.${namespace}`
  const names = [service, qualified, `${qualified}.svc`, `${qualified}.svc.cluster.local`, '*']
  return gateways.includes('mesh') && hosts.some((host) => names.includes(host))
}

/** The rules of a delegate stand in the place of the rule that names it, under its conditions. */
function delegated(rule: HttpRoute, called: Called, objects: Objects): HttpRoute[] {
  const { delegate, match } = rule
  if (!delegate) return [rule]
  const { name, namespace = called.namespace } = delegate
  const found = objects
    .list<VirtualService>(virtualServices, namespace)
    .find(({ metadata }) => metadata.name === name)
  return (found?.spec?.http ?? []).map((inner) => ({ ...inner, ...both(match, inner.match) }))
}

function both(outer?: HttpMatch[], inner?: HttpMatch[]): Pick<HttpRoute, 'match'> {
  if (!outer?.length || !inner?.length) {
    const match = outer?.length ? outer : inner
    return match ? { match } : {}
  }
  return {
    match: outer.flatMap((one) =>
      inner.map((other) => ({
        ...one,
        ...other,
        headers: { ...one.headers, ...other.headers },
        queryParams: { ...one.queryParams, ...other.queryParams },
      })),
    ),
  }
}

function tcpRoad({ spec }: VirtualService) {
  const [rule] = spec?.tcp ?? []
  return rule && ((_: UserRequest, random: () => number) => wayBy(rule, random))
}

function matches({ match }: HttpRoute, request: UserRequest, isInside: boolean): boolean {
  return !match?.length || match.some((one) => isDoor(one, isInside) && holds(one, request))
}

function isDoor({ gateways }: HttpMatch, isInside: boolean): boolean {
  return gateways === undefined || gateways.some((one) => (one === 'mesh') === isInside)
}

function holds(of: HttpMatch, { headers, method, path }: UserRequest): boolean {
  const [uri = '', query = ''] = path.split('?')
  const params = new URLSearchParams(query)
  const every = (
    conditions: Record<string, StringMatch> = {},
    text: (name: string) => string | undefined,
  ) => Object.entries(conditions).every(([name, condition]) => meets(text(name), condition))
  return (
    (of.uri === undefined || meets(uri, of.uri)) &&
    (of.method === undefined || meets(method, of.method)) &&
    // Users call from outside the mesh's workloads: they have no labels.
    Object.keys(of.sourceLabels ?? {}).length === 0 &&
    every(of.headers, (name) => headers[name.toLowerCase()]) &&
    every(of.queryParams, (name) => params.get(name) ?? undefined) &&
    Object.entries(of.withoutHeaders ?? {}).every(
      ([name, condition]) => !meets(headers[name.toLowerCase()], condition),
    )
  )
}

function wayBy(rule: HttpRoute & TcpRoute, random: () => number): Way {
  const { route = [], mirror, mirrorPercentage } = rule
  const [lone] = route
  const shares = route.map((to) => ({ to, weight: to.weight ?? 0 }))
  const taken = route.length === 1 ? lone : chosen(shares, random)
  if (!taken) return {}
  const setCookies = [rule.headers, taken.headers].flatMap(cookiesSet)
  const isCopied = mirror && random() * 100 < (mirrorPercentage?.value ?? 100)
  return {
    service: serviceOf(taken.destination.host),
    ...(isCopied && { copyTo: serviceOf(mirror.host) }),
    ...(setCookies.length > 0 && { setCookies }),
  }
}

function cookiesSet(headers: Headers | undefined): string[] {
  const { add = {}, set = {} } = headers?.response ?? {}
  return [...Object.entries(add), ...Object.entries(set)].flatMap(([name, value]) =>
    name.toLowerCase() === 'set-cookie' ? [value] : [],
  )
}

function serviceOf(host: string): string {
  return host.split('.')[0] ?? host
}
