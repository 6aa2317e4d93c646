/**
 * Kuma, as its documentation of TrafficRoute says: requests to a service that a destination names go
 * to the entries of `conf.split` by weight, or to `conf.destination`.
 * https://kuma.io/docs/2.7.x/policies/traffic-route/
 */
import type { KubeObject } from '../../objects.ts'
import { type Called, chosen, envoyCounts, type Plane } from '../../sandbox/traffic/plane.ts'

interface TrafficRoute extends KubeObject {
  spec?: {
    destinations?: { match?: Tags }[]
    conf?: { split?: { weight?: number; destination?: Tags }[]; destination?: Tags }
  }
}

type Tags = Record<string, string>

const kind = { apiVersion: 'kuma.io/v1alpha1', kind: 'TrafficRoute' }
const tag = 'kuma.io/service'

export const plane: Plane = {
  road(called, objects) {
    const route = objects.list<TrafficRoute>(kind, '').find((one) => isFor(one, called))
    if (!route) return undefined
    const { split = [], destination } = route.spec?.conf ?? {}
    const shares = split.map(({ weight = 0, destination: to }) => ({ to: to?.[tag] ?? '', weight }))
    return (_, random) => {
      const taken = split.length > 0 ? chosen(shares, random) : destination?.[tag]
      const [service] = taken?.split('_') ?? []
      return service ? { service } : {}
    }
  },

  counts: ({ namespace, service, port, status, latencyMs }) =>
    envoyCounts({ service: `${service}_${namespace}_svc_${port}` }, { status, latencyMs }),

  tester: () => ({}),
}

/** The tag of a Service ends with its port, of which one may be called. */
function isFor({ spec }: TrafficRoute, { namespace, service }: Called): boolean {
  return (spec?.destinations ?? []).some(({ match }) => {
    return match?.[tag]?.startsWith(`${service}_${namespace}_svc_`)
  })
}
