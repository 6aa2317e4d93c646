/**
 * Apache APISIX, as its references of the ApisixRoute and of routes say: of the rules that a
 * request meets by host, path and method the one with the highest priority is taken; its backends
 * share by weights, of which one that is missing counts as 100.
 * https://apisix.apache.org/docs/ingress-controller/reference/api-reference/
 */
import type { KubeObject } from '../../objects.ts'
import { chosen, type Plane, type UserRequest } from '../../sandbox/traffic/plane.ts'

interface ApisixRoute extends KubeObject {
  spec?: { http?: Rule[] }
}

interface Rule {
  name: string
  priority?: number
  match?: { hosts?: string[]; paths?: string[]; methods?: string[] }
  backends?: { serviceName: string; weight?: number }[]
}

const kind = { apiVersion: 'apisix.apache.org/v2', kind: 'ApisixRoute' }

export const plane: Plane = {
  isIngress: true,

  /** Users come by the hosts of the rule that leads to the Service. */
  road({ namespace, service }, objects) {
    const rules = objects
      .list<ApisixRoute>(kind, namespace)
      .flatMap(({ metadata, spec }) =>
        (spec?.http ?? []).map((rule) => ({ ...rule, route: metadata.name })),
      )
    const entrance = rules.find((rule) => serves(rule, service))
    if (!entrance) return undefined
    const inOrder = rules
      .filter((rule) => shareHosts(rule, entrance))
      .sort((one, other) => (other.priority ?? 0) - (one.priority ?? 0))
    return (request, random) => {
      const taken = inOrder.find((rule) => holds(rule, request))
      const shares = (taken?.backends ?? []).map(({ serviceName, weight = 100 }) => {
        return { to: serviceName, weight }
      })
      const to = chosen(shares, random)
      if (!taken || to === undefined) return {}
      return { service: to, via: { ingress: `${taken.route}_${taken.name}`, isCanary: false } }
    }
  },

  /** With `prefer_name` routes are known by their names, and say nothing of the backend. */
  counts({ namespace, via, status, latencyMs }) {
    if (!via) return []
    const route = `${namespace}_${via.ingress}`
    return [
      { kind: 'counter', name: 'apisix_http_status', labels: { route, code: `${status}` } },
      {
        kind: 'histogram',
        name: 'apisix_http_latency',
        labels: { route, type: 'request' },
        value: latencyMs,
        bounds: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000],
      },
    ]
  },

  tester: () => ({}),
}

const serves = ({ backends = [] }: Rule, service: string): boolean =>
  backends.some(({ serviceName }) => serviceName === service)

function shareHosts({ match: one }: Rule, { match: other }: Rule): boolean {
  const [some = [], others = []] = [one?.hosts, other?.hosts]
  return some.length === 0 || others.length === 0 || some.some((host) => others.includes(host))
}

/** A path ends with `*` for everything that begins so. */
function holds({ match = {} }: Rule, { path, method }: UserRequest): boolean {
  const { paths = [], methods = [] } = match
  const [uri = ''] = path.split('?')
  const isHere = paths.some((one) =>
    one.endsWith('*') ? uri.startsWith(one.slice(0, -1)) : uri === one,
  )
  return isHere && (methods.length === 0 || methods.includes(method))
}
