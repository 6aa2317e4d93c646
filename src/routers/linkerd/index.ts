/** Linkerd by its SMI extension: a TrafficSplit of v1alpha1. */
import { named, type Provider } from '../provider.ts'
import { splitRivalry } from '../weighted/split-places.ts'
import { trafficSplitRouter, trafficSplits } from '../weighted/traffic-split.ts'
import { checks } from './checks.ts'

export const linkerd: Provider = {
  ...named('linkerd'),
  kinds: [trafficSplits('v1alpha1')],
  // An ingress may lead requests into the mesh, which measures them.
  measuresAlways: true,
  draftOrder: 6,
  router: trafficSplitRouter(() => 'v1alpha1'),
  checks,
  // The object has the name of the apex Service, which no two canaries may share.
  claims: () => [],
  rivalry: splitRivalry,
}
