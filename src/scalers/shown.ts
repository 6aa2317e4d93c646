/** What people are shown of a kind of autoscaler. Small, and loaded without the rest of its folder. */
import type { KubeObject } from '../objects.ts'
import type { ResourceKind } from '../resource-kind.ts'

/** Between which sizes it keeps its target, and where it stands; absent where it does not say. */
export interface Range {
  min: number | undefined
  max: number | undefined
  current: number | undefined
}

export interface ScalerObject extends KubeObject {
  spec?: unknown
  status?: unknown
}

/** `shown.ts` of the folder of a kind. */
export interface ShownScaler {
  kind: ResourceKind
  /** What people call it. */
  shortName: string
  rangeOf(object: ScalerObject): Range
}

/** A field of an object of the cluster, where it is a number. */
export function numberIn(of: unknown, field: string): number | undefined {
  const value = typeof of === 'object' && of !== null ? Reflect.get(of, field) : undefined
  return typeof value === 'number' ? value : undefined
}
