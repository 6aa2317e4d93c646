/**
 * Gloo, as its reference of the RouteTable says: the first route of which a matcher is met is
 * taken, one without matchers by every request; its destinations are Upstreams, which share by
 * weights. A header or a query parameter without a value only has to be there.
 * https://docs.solo.io/gloo-edge/latest/reference/api/github.com/solo-io/gloo/projects/gateway/api/v1/route_table.proto.sk/
 */
import type { KubeObject } from '../../objects.ts'
import { chosen, envoyCounts, type Plane, type UserRequest } from '../../sandbox/traffic/plane.ts'
import { headersFor, meets } from '../../sandbox/traffic/string-match.ts'

interface RouteTable extends KubeObject {
  spec?: { routes?: Route[] }
}

interface Route {
  matchers?: Matcher[]
  routeAction?: { single?: Destination; multi?: { destinations?: Weighted[] } }
}

interface Matcher {
  prefix?: string
  exact?: string
  regex?: string
  headers?: Condition[]
  queryParameters?: Condition[]
  methods?: string[]
}

interface Condition {
  name: string
  value?: string
  regex?: boolean
  invertMatch?: boolean
}

interface Destination {
  upstream?: { name: string }
  kube?: { ref?: { name: string } }
}

interface Weighted {
  destination?: Destination
  weight?: number
}

interface Upstream extends KubeObject {
  spec?: { kube?: { serviceName?: string } }
}

const tables = { apiVersion: 'gateway.solo.io/v1', kind: 'RouteTable' }
const upstreams = { apiVersion: 'gloo.solo.io/v1', kind: 'Upstream' }

export const plane: Plane = {
  isIngress: true,

  /** Users come by a VirtualService that delegates to the RouteTable of the name. */
  road({ namespace, service }, objects) {
    const table = objects
      .list<RouteTable>(tables, namespace)
      .find(({ metadata }) => metadata.name === service)
    if (!table) return undefined
    const known = objects.list<Upstream>(upstreams, namespace)
    const serviceOf = ({ upstream, kube }: Destination): string | undefined => {
      if (kube) return kube.ref?.name
      return known.find(({ metadata }) => metadata.name === upstream?.name)?.spec?.kube?.serviceName
    }
    const { routes = [] } = table.spec ?? {}
    return (request, random) => {
      const { single, multi } = routes.find((route) => takes(route, request))?.routeAction ?? {}
      const shares = (multi?.destinations ?? []).map(({ destination, weight = 0 }) => ({
        to: destination,
        weight,
      }))
      const taken = single ?? chosen(shares, random)
      const to = taken && serviceOf(taken)
      return to === undefined ? {} : { service: to }
    }
  },

  /** Clusters have the name and the namespace of their Upstreams. */
  counts: ({ namespace, service, port, status, latencyMs }) =>
    envoyCounts(
      { envoy_cluster_name: `${namespace}-${service}upstream-${port}_${namespace}` },
      { status, latencyMs },
    ),

  tester: headersFor,
}

function takes({ matchers = [] }: Route, request: UserRequest): boolean {
  return matchers.length === 0 || matchers.some((matcher) => holds(matcher, request))
}

function holds(matcher: Matcher, { path, headers, method }: UserRequest): boolean {
  const { prefix, exact, regex, headers: ofHeaders = [], methods = [] } = matcher
  const [uri = '', query = ''] = path.split('?')
  const params = new URLSearchParams(query)
  return (
    (prefix === undefined || uri.startsWith(prefix)) &&
    (exact === undefined || uri === exact) &&
    (regex === undefined || meets(uri, { regex })) &&
    (methods.length === 0 || methods.includes(method)) &&
    ofHeaders.every((one) => isMet(headers[one.name.toLowerCase()], one)) &&
    (matcher.queryParameters ?? []).every((one) => isMet(params.get(one.name) ?? undefined, one))
  )
}

function isMet(text: string | undefined, of: Condition): boolean {
  const { value = '', regex = false, invertMatch = false } = of
  const there = text !== undefined
  const isLike = value === '' ? there : meets(text, regex ? { regex: value } : { exact: value })
  return isLike !== invertMatch
}
