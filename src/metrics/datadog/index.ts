/** Datadog, by the first version of its API for time series. */
import type { MetricService } from '../provider.ts'
import { datadog as provider } from './provider.ts'

export const datadog: MetricService = { type: 'datadog', provider }
