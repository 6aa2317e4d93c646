/**
 * Contour, as its reference of the HTTPProxy says: of the routes whose conditions a request all
 * meets, the one with the longest path and then the most header conditions is taken; services share
 * by weights, evenly where none has one. A route with two conditions on the path is invalid, and
 * with it the object.
 * https://projectcontour.io/docs/main/config/request-routing/
 */
import type { KubeObject } from '../../objects.ts'
import { chosen, envoyCounts, type Plane, type UserRequest } from '../../sandbox/traffic/plane.ts'
import { headersFor, meets } from '../../sandbox/traffic/string-match.ts'

interface HttpProxy extends KubeObject {
  spec?: { routes?: Route[] }
}

interface Route {
  conditions?: Condition[]
  services?: { name: string; weight?: number }[]
}

interface Condition {
  prefix?: string
  exact?: string
  regex?: string
  header?: Header
}

interface Header {
  name: string
  present?: boolean
  notpresent?: boolean
  contains?: string
  notcontains?: string
  exact?: string
  notexact?: string
  regex?: string
}

const kind = { apiVersion: 'projectcontour.io/v1', kind: 'HTTPProxy' }

export const plane: Plane = {
  isIngress: true,

  /** Users come by a root HTTPProxy that includes the one of the name. */
  road({ namespace, service }, objects) {
    const proxy = objects
      .list<HttpProxy>(kind, namespace)
      .find(({ metadata }) => metadata.name === service)
    if (!proxy) return undefined
    const { routes = [] } = proxy.spec ?? {}
    if (!routes.every(isValid)) return () => ({})
    const inOrder = [...routes].sort((one, other) => rankOf(other) - rankOf(one))
    return (request, random) => {
      const { services = [] } = inOrder.find((route) => holds(route, request)) ?? {}
      const isEven = services.every(({ weight = 0 }) => weight === 0)
      const shares = services.map(({ name, weight = 0 }) => ({
        to: name,
        weight: isEven ? 1 : weight,
      }))
      const taken = chosen(shares, random)
      return taken === undefined ? {} : { service: taken }
    }
  },

  counts: ({ namespace, service, port, status, latencyMs }) =>
    envoyCounts({ envoy_cluster_name: `${namespace}_${service}_${port}` }, { status, latencyMs }),

  tester: headersFor,
}

const pathOf = ({ prefix, exact, regex }: Condition) => prefix ?? exact ?? regex

function isValid({ conditions = [] }: Route): boolean {
  return conditions.filter((condition) => pathOf(condition) !== undefined).length < 2
}

/** The path counts before the headers. */
function rankOf({ conditions = [] }: Route): number {
  const path = conditions.map(pathOf).find((text) => text !== undefined) ?? '/'
  const isExact = conditions.some(({ exact }) => exact !== undefined)
  const headers = conditions.filter(({ header }) => header !== undefined).length
  return (isExact ? 1_000_000 : 0) + path.length * 1_000 + headers
}

function holds({ conditions = [] }: Route, request: UserRequest): boolean {
  const [uri = ''] = request.path.split('?')
  return conditions.every(
    ({ prefix, exact, regex, header }) =>
      (prefix === undefined || uri.startsWith(prefix)) &&
      (exact === undefined || uri === exact) &&
      (regex === undefined || meets(uri, { regex })) &&
      (header === undefined || isMet(request.headers[header.name.toLowerCase()], header)),
  )
}

/** A condition without an operator is none. */
function isMet(text: string | undefined, of: Header): boolean {
  const { present, notpresent, contains, notcontains, exact, notexact, regex } = of
  return (
    (!present || text !== undefined) &&
    (!notpresent || text === undefined) &&
    (contains === undefined || (text ?? '').includes(contains)) &&
    (notcontains === undefined || !(text ?? '').includes(notcontains)) &&
    (exact === undefined || text === exact) &&
    (notexact === undefined || text !== notexact) &&
    (regex === undefined || meets(text, { regex }))
  )
}
