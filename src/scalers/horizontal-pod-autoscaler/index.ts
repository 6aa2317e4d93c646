/** HorizontalPodAutoscalers. Whatever version a Canary names, they are read and written as v2. */
import { namespacedKind } from '../../resource-kind.ts'
import type { ScalerKind } from '../scaler.ts'
import { scaler } from './scaler.ts'

export const horizontalPodAutoscaler: ScalerKind = {
  kind: 'HorizontalPodAutoscaler',
  kinds: [namespacedKind('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers')],
  scaler,
}
