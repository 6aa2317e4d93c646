/** What people are shown of a HorizontalPodAutoscaler. */
import { namespacedKind } from '../../resource-kind.ts'
import { numberIn, type ShownScaler } from '../shown.ts'

export const shown: ShownScaler = {
  kind: namespacedKind('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers'),
  shortName: 'hpa',
  rangeOf: ({ spec, status }) => ({
    min: numberIn(spec, 'minReplicas'),
    max: numberIn(spec, 'maxReplicas'),
    current: numberIn(status, 'currentReplicas'),
  }),
}
