/** Dynatrace, by its second metrics API. */
import type { MetricService } from '../provider.ts'
import { dynatrace as provider } from './provider.ts'

export const dynatrace: MetricService = { type: 'dynatrace', provider }
