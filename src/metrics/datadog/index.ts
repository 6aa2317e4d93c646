/** Datadog, by either version of its API for metrics. */
import type { MetricService } from '../provider.ts'
import { datadog as provider } from './provider.ts'

export const datadog: MetricService = { type: 'datadog', provider }
