/**
 * Gateways and meshes that read HTTPRoutes, as the reference of the Gateway API says: of all rules
 * of the routes at a parent, the most specific match decides, wherever it stands; backends get
 * their weights' shares, one without a weight counts as 1; filters of a rule come before those of
 * the backend that was chosen.
 * https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
 */
import type { AnalysisMatch } from '../../canary/api.gen.ts'
import type { KubeObject } from '../../objects.ts'
import {
  type Called,
  chosen,
  type Objects,
  type Plane,
  type UserRequest,
  type Way,
} from '../../sandbox/traffic/plane.ts'
import { meets, textFor } from '../../sandbox/traffic/string-match.ts'

interface HttpRoute extends KubeObject {
  spec?: { parentRefs?: ParentRef[]; hostnames?: string[]; rules?: Rule[] }
}

interface ParentRef {
  kind?: string
  namespace?: string
  name: string
}

interface Rule {
  matches?: Match[]
  filters?: Filter[]
  backendRefs?: Backend[]
}

interface Match {
  path?: { type?: string; value?: string }
  method?: string
  headers?: Condition[]
  queryParams?: Condition[]
}

interface Condition {
  type?: string
  name: string
  value: string
}

interface Backend {
  kind?: string
  name: string
  weight?: number
  filters?: Filter[]
}

interface Filter {
  type?: string
  responseHeaderModifier?: { add?: Header[]; set?: Header[] }
  urlRewrite?: { path?: { type?: string } }
  requestMirror?: {
    backendRef: { name: string }
    percent?: number
    fraction?: { numerator: number; denominator?: number }
  }
}

interface Header {
  name: string
  value: string
}

/** One match with the rule that it leads to; with equal ranks the first one decides. */
interface Entry {
  match: Match
  rule: Rule
  rank: number[]
}

export const plane: Plane = {
  road(called, objects) {
    const routes = routesTo(called, objects)
    if (routes.length === 0) return undefined
    const entries = routes.flatMap(entriesOf).sort((one, other) => compare(other.rank, one.rank))
    return (request, random) => {
      const entry = entries.find(({ match }) => holds(match, request))
      return entry ? wayBy(entry.rule, random) : {}
    }
  },

  // There is no metric that all gateways have.
  counts: () => [],

  tester(match: readonly AnalysisMatch[]) {
    const conditions = Object.entries(match[0]?.headers ?? {})
    return Object.fromEntries(
      conditions.map(([name, condition]) => [name.toLowerCase(), textFor(condition)]),
    )
  },
}

/**
 * The routes in the way of those who want a Service: at the Service itself, or else at the gateways
 * where the route stands of the host that they ask, or that has its name or leads to it.
 */
function routesTo(called: Called, objects: Objects): HttpRoute[] {
  const { namespace, service } = called
  const all = routesIn(namespace, objects).filter(isAccepted)
  const ofMesh = all.filter((route) =>
    parentsOf(route, namespace).some((parent) => parent === `Service ${namespace}/${service}`),
  )
  if (ofMesh.length > 0) return inOrder(ofMesh)
  const entrance = entranceIn(all, called)
  if (!entrance) return []
  const parents = parentsOf(entrance, namespace)
  const [first = ''] = entrance.spec?.hostnames ?? []
  const { host = first } = called
  return inOrder(
    all.filter(
      (route) =>
        parentsOf(route, namespace).some((parent) => parents.includes(parent)) &&
        hostRank(route, host) >= 0,
    ),
  )
}

function entranceIn(
  routes: readonly HttpRoute[],
  { service, host }: Called,
): HttpRoute | undefined {
  if (host !== undefined) return routes.find(({ spec }) => spec?.hostnames?.includes(host))
  return (
    routes.find(({ metadata }) => metadata.name === service) ??
    routes.find(({ spec }) =>
      spec?.rules?.some(({ backendRefs = [] }) => backendRefs.some(({ name }) => name === service)),
    )
  )
}

/** Both versions show the same objects, where both are served. */
function routesIn(namespace: string, objects: Objects): HttpRoute[] {
  const of = (version: string) => {
    const apiVersion = `gateway.networking.k8s.io/${version}`
    return objects.list<HttpRoute>({ apiVersion, kind: 'HTTPRoute' }, namespace)
  }
  const found = of('v1')
  return found.length > 0 ? found : of('v1beta1')
}

/** The API refuses a modifier that stands twice, and a new prefix beside other than one prefix. */
function isAccepted({ spec }: HttpRoute): boolean {
  const once = ['RequestHeaderModifier', 'ResponseHeaderModifier', 'URLRewrite', 'CORS']
  const isSound = (filters: Filter[] = []) =>
    once.every((type) => filters.filter((filter) => filter.type === type).length < 2)
  return (spec?.rules ?? []).every(({ filters = [], backendRefs = [], matches = [{}] }) => {
    const [first] = matches
    const isPrefix = matches.length === 1 && (first?.path?.type ?? 'PathPrefix') === 'PathPrefix'
    const rewrites = filters.some(({ urlRewrite }) => {
      return urlRewrite?.path?.type === 'ReplacePrefixMatch'
    })
    const lists = [filters, ...backendRefs.map((backend) => backend.filters)]
    return lists.every(isSound) && (isPrefix || !rewrites)
  })
}

function parentsOf({ spec }: HttpRoute, own: string): string[] {
  return (spec?.parentRefs ?? []).map(
    ({ kind = 'Gateway', namespace = own, name }) => `${kind} ${namespace}/${name}`,
  )
}

/** Among equals the oldest route decides, then the alphabet. */
function inOrder(routes: readonly HttpRoute[]): HttpRoute[] {
  const key = ({ metadata }: HttpRoute) => `${metadata.creationTimestamp ?? ''} ${metadata.name}`
  return [...routes].sort((one, other) => (key(one) < key(other) ? -1 : 1))
}

/** How exactly a route names the host: by its letters, by a wildcard, or not at all; else -1. */
function hostRank({ spec }: HttpRoute, host: string): number {
  const { hostnames = [] } = spec ?? {}
  if (hostnames.length === 0 || host === '') return 0
  const ranks = hostnames.map((name) => {
    if (name === host) return 1_000
    return name.startsWith('*.') && host.endsWith(name.slice(1)) ? name.length : -1
  })
  return Math.max(...ranks)
}

function entriesOf(route: HttpRoute): Entry[] {
  const [host = ''] = route.spec?.hostnames ?? []
  return (route.spec?.rules ?? []).flatMap((rule) => {
    const { matches = [] } = rule
    const all = matches.length > 0 ? matches : [{}]
    return all.map((match) => ({ match, rule, rank: [hostRank(route, host), ...rankOf(match)] }))
  })
}

/** Where expressions of paths stand is left to the implementation: here as prefixes of their length. */
function rankOf({ path, method, headers = [], queryParams = [] }: Match): number[] {
  const { type, value = '/' } = path ?? {}
  const isExact = type === 'Exact'
  const names = new Set(headers.map(({ name }) => name.toLowerCase()))
  return [
    Number(isExact),
    isExact ? 0 : value.length,
    Number(method !== undefined),
    names.size,
    queryParams.length,
  ]
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== other[index])
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0)
}

function holds({ path, method, headers = [], queryParams = [] }: Match, of: UserRequest): boolean {
  const [uri = '', query = ''] = of.path.split('?')
  const params = new URLSearchParams(query)
  const isFirst = ({ name }: Condition, at: number) =>
    headers.findIndex((other) => other.name.toLowerCase() === name.toLowerCase()) === at
  return (
    isAt(uri, path ?? {}) &&
    (method === undefined || method === of.method) &&
    headers.filter(isFirst).every((one) => isMet(of.headers[one.name.toLowerCase()], one)) &&
    queryParams.every((one) => isMet(params.get(one.name) ?? undefined, one))
  )
}

/** Prefixes are taken by whole elements: `/api` is none of `/apis`. */
function isAt(uri: string, { type = 'PathPrefix', value = '/' }: NonNullable<Match['path']>) {
  if (type === 'Exact') return uri === value
  if (type === 'RegularExpression') return meets(uri, { regex: value })
  const prefix = value.replace(/\/$/, '')
  return uri === prefix || uri.startsWith(`${prefix}/`)
}

function isMet(text: string | undefined, { type = 'Exact', value }: Condition): boolean {
  return meets(text, type === 'RegularExpression' ? { regex: value } : { exact: value })
}

function wayBy({ backendRefs = [], filters = [] }: Rule, random: () => number): Way {
  const shares = backendRefs.map((to) => ({ to, weight: to.weight ?? 1 }))
  const taken = chosen(shares, random)
  if (!taken) return {}
  const applied = [...filters, ...(taken.filters ?? [])]
  const setCookies = applied.flatMap(cookiesSet)
  const copies = applied.flatMap((filter) => copiedTo(filter, random))
  const copyTo = copies.at(-1)
  return {
    service: taken.name,
    ...(copyTo !== undefined && { copyTo }),
    ...(setCookies.length > 0 && { setCookies }),
  }
}

function cookiesSet({ responseHeaderModifier }: Filter): string[] {
  const { add = [], set = [] } = responseHeaderModifier ?? {}
  return [...add, ...set].flatMap(({ name, value }) =>
    name.toLowerCase() === 'set-cookie' ? [value] : [],
  )
}

function copiedTo({ requestMirror }: Filter, random: () => number): string[] {
  if (!requestMirror) return []
  const { backendRef, percent, fraction } = requestMirror
  const { numerator, denominator = 100 } = fraction ?? { numerator: 1, denominator: 1 }
  const share = percent === undefined ? numerator / denominator : percent / 100
  return random() < share ? [backendRef.name] : []
}
