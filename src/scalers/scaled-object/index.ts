/** ScaledObjects of KEDA, in their only version. */
import type { ScalerKind } from '../scaler.ts'
import { scaler } from './scaler.ts'
import { shown } from './shown.ts'

export const scaledObject: ScalerKind = {
  kind: 'ScaledObject',
  kinds: [shown.kind],
  scaler,
}
