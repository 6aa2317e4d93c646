/** The registry of metric providers, by `MetricTemplate.spec.provider.type`. */
import { prometheus } from './prometheus/provider.ts'
import type { MetricProvider } from './provider.ts'

export const metricProviders: Readonly<Record<string, MetricProvider>> = { prometheus }
