// Generated from the folders beside it by `npm run generate`; not to be edited.
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler/index.ts'
import { scaledObject } from './scaled-object/index.ts'
import type { ScalerKind } from './scaler.ts'

/** Every kind of autoscaler, in the order of their folders. */
export const scalerKinds: readonly ScalerKind[] = [
  horizontalPodAutoscaler,
  scaledObject,
]
