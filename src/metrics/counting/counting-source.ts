/** Whom the judge asks for counts: the Prometheus server of the built-in checks, or a template's. */
import type { EffectiveMetric } from '../../canary/analysis.ts'
import type { Canary } from '../../canary/canary.ts'
import { ProviderError } from '../../errors.ts'
import { type MetricDeps, ownSource } from '../checks.ts'
import type { MetricProvider, MetricSource } from '../provider.ts'
import { metricServices } from '../registry.gen.ts'
import { hasCredentials } from '../templates/foreign.ts'
import { loadTemplate, sourceOf } from '../templates/template-source.ts'

export interface CountingSource {
  source: MetricSource
  /** Absent for one that has counters. */
  service?: MetricProvider
}

/** Throws ProviderError where the template is not there, or may not be used for that. */
export function countingSource(
  canary: Canary,
  { counts }: EffectiveMetric,
  { find, sharing }: Pick<MetricDeps, 'find' | 'sharing'>,
): CountingSource {
  const ref = counts?.templateRef
  if (!ref) return { source: ownSource(canary) }
  const { namespace } = canary
  const loaded = loadTemplate(ref, { find, namespace, sharing })
  if ('problem' in loaded) throw new ProviderError(`metric ${loaded.problem}`)
  const { spec, secret, provider: service } = loaded
  const name = `metric template ${ref.name}.${ref.namespace}`
  if (ref.namespace !== namespace && hasCredentials(spec))
    throw new ProviderError(
      `${name}: counts of the Canary are not sent with the credentials of another namespace; use a template of namespace ${namespace}`,
    )
  const source = sourceOf(spec, secret)
  const { type } = spec.provider
  const { hasCounters, isExact } = metricServices.find((one) => one.type === type) ?? {}
  if (hasCounters) return { source }
  if (isExact) return { source, service }
  const able = [
    ...metricServices.filter((one) => one.hasCounters),
    ...metricServices.filter((one) => one.isExact),
  ]
  throw new ProviderError(
    `${name}: ${type} does not count requests between two times to the last one; use a template of type ${able.map((one) => one.type).join(', ')}`,
  )
}
