/** The parsed MetricTemplate and AlertProvider, which canaries refer to. */
import type { KubeObject } from '../objects.ts'
import type { AlertProviderSpec, MetricTemplateSpec } from './api.gen.ts'
import { conform } from './conform.ts'
import { label } from './names/names.ts'
import { alertProviderSpecShape, metricTemplateSpecShape } from './shapes.gen.ts'

type Stored = KubeObject & { spec?: unknown }

/**
 * Reads a stored MetricTemplate. It never throws: what has a wrong type is left out, and named in
 * `problems`, one sentence each with object, field and remedy.
 */
export function parseMetricTemplate(stored: Stored): {
  spec: MetricTemplateSpec
  problems: string[]
} {
  const { value, problems } = conform(stored.spec, metricTemplateSpecShape, 'spec')
  const name = `metric template ${label(stored.metadata)}`
  return {
    spec: value as MetricTemplateSpec,
    problems: problems.map((problem) => `${name}: ${problem}`),
  }
}

/** Reads a stored AlertProvider, as `parseMetricTemplate` reads a template. */
export function parseAlertProvider(stored: Stored): {
  spec: AlertProviderSpec
  problems: string[]
} {
  const { value, problems } = conform(stored.spec, alertProviderSpecShape, 'spec')
  const spec = value as AlertProviderSpec
  const name = `alert provider ${label(stored.metadata)}`
  const isReachable = Boolean(spec.address || spec.secretRef?.name)
  const missing = isReachable ? [] : ['spec has no address; set address or secretRef']
  return { spec, problems: [...problems, ...missing].map((problem) => `${name}: ${problem}`) }
}
