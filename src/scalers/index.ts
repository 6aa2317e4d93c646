/** The registry of autoscalers, by `spec.autoscalerRef.kind`. */
import type { Scaler } from './scaler.ts'

export const scalers: Readonly<Record<string, Scaler>> = {}
