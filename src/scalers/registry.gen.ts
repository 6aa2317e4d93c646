// Generated from the folders beside it by `npm run generate`; not to be edited.
import type { ScalerKind } from './scaler.ts'

/** Every kind of autoscaler, in the order of their folders. */
export const scalerKinds: readonly ScalerKind[] = []
