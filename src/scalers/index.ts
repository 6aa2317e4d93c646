/** The registry of autoscalers, by `spec.autoscalerRef.kind`. */
import type { Canary } from '../canary/canary.ts'
import type { Scaler } from './scaler.ts'

export const scalers: Readonly<Record<string, Scaler>> = {}

/** Why the autoscaler of a canary can't be cared for; undefined where it can, or has none. */
export function refusedScaler({ spec, label }: Pick<Canary, 'spec' | 'label'>): string | undefined {
  const { kind } = spec.autoscalerRef ?? {}
  if (kind === undefined || Object.hasOwn(scalers, kind)) return undefined
  return (
    `canary ${label}: spec.autoscalerRef.kind ${kind} is not supported by this version; ` +
    'remove autoscalerRef'
  )
}
