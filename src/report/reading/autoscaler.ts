/** The autoscaler of the primary: it serves the users. */
import type { Canary } from '../../canary/canary.ts'
import type { ScalerObject } from '../../scalers/shown.ts'
import type { AutoscalerReport } from '../report.ts'
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
  const found = await reader.get<ScalerObject>({ apiVersion, kind, namespace, name })
  if (!found) return undefined
  const { min, max, current } = shown.rangeOf(found)
  return {
    kind,
    name,
    min: min ?? null,
    max: max ?? null,
    current: current ?? null,
    createdAt: found.metadata.creationTimestamp ?? null,
  }
}
