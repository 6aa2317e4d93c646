/** HorizontalPodAutoscalers. Whatever version a Canary names, they are read and written as v2. */
import type { ScalerKind } from '../scaler.ts'
import { scaler } from './scaler.ts'
import { shown } from './shown.ts'

export const horizontalPodAutoscaler: ScalerKind = {
  kind: 'HorizontalPodAutoscaler',
  kinds: [shown.kind],
  scaler,
}
