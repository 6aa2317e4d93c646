/** What a TrafficRoute takes: the requests to a service of a mesh. */
import type { KubeObject } from '../../objects.ts'
import type { Rivalry } from '../provider.ts'
import { list, record } from '../reading.ts'
import { type TrafficRoute, trafficRoutes } from './traffic-route.ts'

export const rivalry: Rivalry = {
  kinds: [trafficRoutes],
  placesOf,
  remedy: 'a mesh takes one of the two; delete the other one, or let it name its sources',
}

const tag = 'kuma.io/service'

/** One that names its sources takes the requests of those only. */
function placesOf(object: KubeObject): string[] {
  const { mesh = 'default', spec } = object as TrafficRoute
  const { sources, destinations } = record(spec)
  const isForAll = list(sources).some(({ match }) => record(match)[tag] === '*')
  if (!isForAll) return []
  return list(destinations).flatMap(({ match }) => {
    const { [tag]: service, ...more } = record(match)
    if (typeof service !== 'string' || Object.keys(more).length > 0) return []
    return [`the requests to ${service} in mesh ${mesh}`]
  })
}
