/** The autoscaler of the primary, which serves the users, and the target's beside it. */
import type { Canary } from '../../canary/canary.ts'
import type { ScalerObject, ShownScaler } from '../../scalers/shown.ts'
import type { AutoscalerBounds, AutoscalerReport } from '../report.ts'
import { shownScaler } from '../shown-kinds.ts'
import type { Permitted } from './permitted.ts'

/** Undefined where there is none, it may not be read, or nobody here knows its kind. */
export async function readAutoscaler(
  { spec, namespace }: Canary,
  reader: Permitted,
): Promise<AutoscalerReport | undefined> {
  const { autoscalerRef } = spec
  const shown = autoscalerRef && shownScaler(autoscalerRef)
  if (!shown) return undefined
  const { apiVersion, kind } = shown.kind
  const name = `${autoscalerRef.name}-primary`
  const at = { apiVersion, kind, namespace }
  const [found, target] = await Promise.all([
    reader.get<ScalerObject>({ ...at, name }),
    reader.get<ScalerObject>({ ...at, name: autoscalerRef.name }),
  ])
  if (!found) return undefined
  const { current } = shown.rangeOf(found)
  return {
    kind,
    ...boundsOf(found, shown),
    current: current ?? null,
    ...(target && { target: boundsOf(target, shown) }),
  }
}

function boundsOf(object: ScalerObject, shown: ShownScaler): AutoscalerBounds {
  const { min, max } = shown.rangeOf(object)
  const { name, creationTimestamp } = object.metadata
  return { name, min: min ?? null, max: max ?? null, createdAt: creationTimestamp ?? null }
}
