/** Cloud Monitoring of Google, by the name that it had. */
import type { MetricService } from '../provider.ts'
import { stackdriver as provider } from './provider.ts'

export const stackdriver: MetricService = { type: 'stackdriver', provider }
