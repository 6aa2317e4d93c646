/** The built-in checks as templates of one's own, to be changed by hand. Pure. */
import { defaultProvider } from '../canary/providers.gen.ts'
import { UsageError } from '../errors.ts'
import type { KubeObject } from '../objects.ts'
import { checksFor } from '../routers/index.ts'

export interface OwnQueries {
  metrics: object[]
  templates: KubeObject[]
}

/** Throws UsageError for a provider whose queries need names that no template can write. */
export function ownQueries(
  canary: string,
  namespace: string | undefined,
  of: {
    provider: string | undefined
    interval: string
    successRate: number
    latencyMs: number
  },
): OwnQueries {
  const { provider = defaultProvider, interval } = of
  const { successRate, duration, toMs, plainNames } = checksFor(provider)
  if (plainNames)
    throw new UsageError(
      `--metric-templates: the queries for ${provider} have names that no template can write`,
    )
  const asked = [
    { name: 'success-rate', query: successRate, thresholdRange: { min: of.successRate } },
    { name: 'latency', query: duration, thresholdRange: { max: of.latencyMs / toMs } },
  ]
  const named = asked.map((one) => ({ ...one, template: `${canary}-${one.name}` }))
  return {
    metrics: named.map(({ name, template, thresholdRange }) => ({
      ...{ name, templateRef: { name: template }, interval, thresholdRange },
    })),
    templates: named.map(({ template, query }) => ({
      ...{ apiVersion: 'flagger.app/v1beta1', kind: 'MetricTemplate' },
      metadata: { name: template, ...(namespace && { namespace }) },
      spec: {
        provider: { type: 'prometheus', address: 'http://prometheus:9090' },
        query: query.trim(),
      },
    })),
  }
}
