/** New Relic, by the query API of Insights. */
import type { MetricService } from '../provider.ts'
import { newrelic as provider } from './provider.ts'

export const newrelic: MetricService = { type: 'newrelic', provider }
