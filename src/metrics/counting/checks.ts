/** What the judge asks of a metric: counts of both versions, and how the primary's have come. */
import type { EffectiveMetric } from '../../canary/analysis.ts'
import type { Canary } from '../../canary/canary.ts'
import { messageOf, ProviderError } from '../../errors.ts'
import { common, type MetricCheck, type MetricDeps, type MetricQuestion } from '../checks.ts'
import { armCounts } from '../prometheus/counts.ts'
import { armDurations, pastDurations } from '../prometheus/durations.ts'
import { pastSamples } from '../prometheus/history.ts'
import { lagQuery, sampleLag } from '../prometheus/lag.ts'
import { recordedSteps } from '../prometheus/recorded.ts'
import { countsQuery, pastQueries, primarySelector } from './arm-counts.ts'
import { bucketsQuery, pastSlowQueries, primaryBuckets, slowQuery } from './arm-durations.ts'
import { bucketsOf } from './arms.ts'
import { type CountingSource, countingSource } from './counting-source.ts'
import { templateCounts, templateQueries } from './template-counts.ts'

/** The counts of both versions in the seconds before a time; beyond bounds, where it has some. */
export function countsCheck(
  canary: Canary,
  metric: EffectiveMetric,
  of: MetricDeps & { seconds: number; at: Date; bounds: readonly number[] },
): MetricCheck {
  const { at, bounds, seconds } = of
  return counting(canary, metric, of, ({ source, service }) => {
    if (service) {
      const queries = templateQueries(canary, metric, of)
      const talk = templateCounts(queries, { service, source, at, seconds })
      return { query: queries.canary.all, talk }
    }
    if (bounds.length === 0) {
      const query = countsQuery(canary, metric, of)
      return { query, talk: armCounts({ ...source, query, at }) }
    }
    const query = slowQuery(canary, metric, of)
    return { query, talk: armDurations({ ...source, query, at, bounds }) }
  })
}

export interface PastOf extends MetricDeps {
  stepSeconds: number
  /** 0 where nothing is to be read but what buckets there are. */
  steps: number
  /** The judge wants a second bound. */
  hasBody: boolean
}

/** What the primary counted before the run, in so many steps. */
export function pastCheck(canary: Canary, metric: EffectiveMetric, of: PastOf): MetricCheck {
  const { stepSeconds: seconds, steps, now: until } = of
  const range = { until, stepSeconds: seconds, steps }
  return counting(canary, metric, of, ({ source, service }) => {
    if (service) throw new ProviderError('only counters have a history')
    const buckets = bucketsOf(canary, metric, of)
    if (!buckets) {
      const queries = pastQueries(canary, metric, { ...of, seconds })
      return { query: queries.all, talk: pastSamples({ ...source, ...queries, ...range }) }
    }
    const query = bucketsQuery(canary, metric, { ...of, seconds: seconds * steps })
    const past = (bounds: readonly number[]) =>
      pastSlowQueries(canary, metric, { ...of, seconds, bounds })
    const { toMs } = buckets
    const { hasBody } = of
    const { max: maxMs = 0 } = metric
    const asked = { buckets: query, toMs, maxMs, hasBody, past, range }
    return { query, talk: pastDurations({ ...source, ...asked }) }
  })
}

/** What both versions counted in each of so many steps until now. */
export function recordedCheck(
  canary: Canary,
  metric: EffectiveMetric,
  of: MetricDeps & { stepSeconds: number; steps: number },
): MetricCheck {
  const { stepSeconds: seconds, steps, now: until } = of
  return counting(canary, metric, of, ({ source }) => {
    const query = countsQuery(canary, metric, { ...of, seconds })
    const range = { until, stepSeconds: seconds, steps }
    return { query, talk: recordedSteps({ ...source, query, range }) }
  })
}

/** How late the counters of the primary come from their server. */
export function lagCheck(canary: Canary, metric: EffectiveMetric, of: MetricDeps): MetricCheck {
  return counting(canary, metric, of, ({ source, service }) => {
    if (service) throw new ProviderError('only counters come late')
    const selector = primarySelector(canary, metric, of) || primaryBuckets(canary, metric, of)
    const query = lagQuery(selector)
    return { query, talk: sampleLag({ ...source, query, at: of.now }) }
  })
}

function counting(
  canary: Canary,
  metric: EffectiveMetric,
  of: MetricDeps,
  put: (of: CountingSource) => Pick<MetricQuestion, 'query' | 'talk'>,
): MetricCheck {
  return {
    ...common(canary, metric, of),
    kind: 'counts',
    ask() {
      try {
        const from = countingSource(canary, metric, of)
        return { ...put(from), secret: from.source.secret, building: '' }
      } catch (cause) {
        return { problem: messageOf(cause) }
      }
    },
  }
}
