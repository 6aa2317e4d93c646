/** Metric providers, by `MetricTemplate.spec.provider.type`. */
import type { MetricProvider } from './provider.ts'
import { metricServices } from './registry.gen.ts'

export const metricProviders: Readonly<Record<string, MetricProvider>> = Object.fromEntries(
  metricServices.map(({ type, provider }) => [type, provider]),
)
