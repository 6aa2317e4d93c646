/** What a TrafficSplit takes: the requests to a Service. */
import type { KubeObject } from '../../objects.ts'
import type { Rivalry } from '../provider.ts'
import { list, record } from '../reading.ts'
import { smiVersions, trafficSplits } from './traffic-split.ts'

export const splitRivalry: Rivalry = {
  kinds: smiVersions.map(trafficSplits),
  placesOf,
  remedy: 'a mesh takes one of the two; delete the other one',
}

/** One with matches takes some of them only. The Service may be named in full. */
function placesOf({ metadata, ...rest }: KubeObject): string[] {
  const { service, matches } = record((rest as { spec?: unknown }).spec)
  if (typeof service !== 'string' || list(matches).length > 0) return []
  const [name, namespace = metadata.namespace ?? ''] = service.split('.')
  return [`the requests to Service ${name}.${namespace}`]
}
