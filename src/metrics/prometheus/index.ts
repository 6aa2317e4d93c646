/** Prometheus, and what speaks its HTTP API. */
import type { MetricService } from '../provider.ts'
import { prometheus as provider } from './provider.ts'

export const prometheus: MetricService = { type: 'prometheus', provider, hasCounters: true }
