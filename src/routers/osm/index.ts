/** Open Service Mesh: a TrafficSplit of v1alpha2. */
import { named, type Provider } from '../provider.ts'
import { splitRivalry } from '../weighted/split-places.ts'
import { trafficSplitRouter, trafficSplits } from '../weighted/traffic-split.ts'
import { checks } from './checks.ts'

export const osm: Provider = {
  ...named('osm'),
  kinds: [trafficSplits('v1alpha2')],
  router: trafficSplitRouter(() => 'v1alpha2'),
  checks,
  // The object has the name of the apex Service, which no two canaries may share.
  claims: () => [],
  rivalry: splitRivalry,
}
