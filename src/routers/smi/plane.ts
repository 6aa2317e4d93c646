/**
 * A mesh that reads TrafficSplits, as the SMI specification says, with the metrics of Istio.
 * https://github.com/servicemeshinterface/smi-spec/blob/main/apis/traffic-split/v1alpha2/traffic-split.md
 */

import type { Plane } from '../../sandbox/traffic/plane.ts'
import { countsOfSidecars } from '../../sandbox/traffic/sidecars.ts'
import { roadBySplits } from '../../sandbox/traffic/traffic-splits.ts'

export const plane: Plane = {
  road: (called, objects) => roadBySplits(called, objects, ['v1alpha1', 'v1alpha2', 'v1alpha3']),
  counts: countsOfSidecars,
  tester: () => ({}),
}
