/** ScaledObjects of KEDA, in their only version. */
import { namespacedKind } from '../../resource-kind.ts'
import type { ScalerKind } from '../scaler.ts'
import { scaler } from './scaler.ts'

export const scaledObject: ScalerKind = {
  kind: 'ScaledObject',
  kinds: [namespacedKind('keda.sh/v1alpha1', 'ScaledObject', 'scaledobjects')],
  scaler,
}
