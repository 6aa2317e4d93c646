/** Autoscalers that users aim at a primary by themselves, without telling the Canary. */
import type { Canary } from '../canary/canary.ts'
import type { ResourceKind } from '../resource-kind.ts'
import { shown } from './horizontal-pod-autoscaler/shown.ts'
import { type Autoscaler, nameOf } from './pair.ts'

/** KEDA has one of these for each ScaledObject, so that they tell of both. */
export const byHandKind: ResourceKind = shown.kind

/** The one among these that scales the primary, as people name it; undefined where none does. */
export function autoscalerByHand(
  among: readonly Autoscaler[],
  { spec, primaryName }: Canary,
): string | undefined {
  const found = among.find(({ spec: { scaleTargetRef: aim } }) => {
    return aim.kind === spec.targetRef.kind && aim.name === primaryName
  })
  return found && nameOf({ ...found.metadata, kind: byHandKind.kind })
}
