/** What people are shown of a ScaledObject of KEDA: its own autoscaler knows the size. */
import { namespacedKind } from '../../resource-kind.ts'
import { numberIn, type ShownScaler } from '../shown.ts'

export const shown: ShownScaler = {
  kind: namespacedKind('keda.sh/v1alpha1', 'ScaledObject', 'scaledobjects'),
  shortName: 'scaledobject',
  rangeOf: ({ spec }) => ({
    min: numberIn(spec, 'minReplicaCount'),
    max: numberIn(spec, 'maxReplicaCount'),
    current: undefined,
  }),
}
