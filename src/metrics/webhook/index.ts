/** Any HTTP endpoint that answers JSON. */
import type { MetricService } from '../provider.ts'
import { webhook as provider } from './provider.ts'

export const webhook: MetricService = { type: 'webhook', provider, isExact: true }
