/** Autoscalers, by `spec.autoscalerRef.kind`. */
import type { Canary } from '../canary/canary.ts'
import { scalerKinds } from './registry.gen.ts'
import type { Scaler } from './scaler.ts'

/** The scaler of a canary; undefined where it has no autoscaler, or one that is refused. */
export function scalerFor({ spec }: Pick<Canary, 'spec'>): Scaler | undefined {
  return scalerKinds.find(({ kind }) => kind === spec.autoscalerRef?.kind)?.scaler
}

/** Why the autoscaler of a canary can't be cared for; undefined where it can, or has none. */
export function refusedScaler({ spec, label }: Pick<Canary, 'spec' | 'label'>): string | undefined {
  const { kind } = spec.autoscalerRef ?? {}
  if (kind === undefined || scalerFor({ spec })) return undefined
  return (
    `canary ${label}: spec.autoscalerRef.kind ${kind} is not supported by this version; ` +
    'remove autoscalerRef'
  )
}
