// Generated from the folders beside it by `npm run generate`; not to be edited.
import { shown as horizontalPodAutoscaler } from './horizontal-pod-autoscaler/shown.ts'
import { shown as scaledObject } from './scaled-object/shown.ts'
import type { ShownScaler } from './shown.ts'

/** What people are shown of every kind, in the order of the folders. */
export const shownScalers: readonly ShownScaler[] = [
  horizontalPodAutoscaler,
  scaledObject,
]
