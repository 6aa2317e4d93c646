/** Counts of both versions by a service that has no counters: a query for each. */

import type { EffectiveMetric } from '../../canary/analysis.ts'
import type { Canary } from '../../canary/canary.ts'
import { ProviderError } from '../../errors.ts'
import { countOf } from '../../judge/look.ts'
import type { Conversation, MetricProvider, MetricSource, Samples } from '../provider.ts'
import { type ArmName, armNames, armWriter, type Naming } from './arms.ts'

interface Window extends Naming {
  at: Date
  seconds: number
}

export interface ArmQueries {
  bad: string
  all: string
}

/** The queries for the time between two looks; throws ProviderError for a bad template. */
export function templateQueries(
  canary: Canary,
  metric: EffectiveMetric,
  of: Window,
): Record<ArmName, ArmQueries> {
  const { bad = '', all = '' } = metric.counts ?? {}
  const to = Math.floor(of.at.getTime() / 1_000)
  const times = { from: `${to - of.seconds}`, to: `${to}`, seconds: `${of.seconds}` }
  const write = armWriter(canary, metric, { of, named: {}, times })
  const [first, second] = armNames.map((arm) => ({ bad: write(bad, arm), all: write(all, arm) }))
  const none = { bad: '', all: '' }
  return { canary: first ?? none, primary: second ?? none }
}

/** Asks one after the other; that there are no failures is none, as the service says it. */
export function* templateCounts(
  queries: Record<ArmName, ArmQueries>,
  {
    service,
    source,
    at,
    seconds,
  }: {
    service: MetricProvider
    source: MetricSource
    at: Date
    seconds: number
  },
): Conversation<Samples> {
  const window = { now: at, intervalMs: seconds * 1_000 }
  const countBy = function* (query: string): Conversation<number> {
    const { value = 0 } = yield* service.query({ ...source, query, window })
    if (!Number.isFinite(value) || value < 0)
      throw new ProviderError(`the count is ${value}, which is no number of requests`)
    return value
  }
  const { canary, primary } = queries
  return {
    arms: [
      {
        canary: countOf(yield* countBy(canary.bad), yield* countBy(canary.all)),
        primary: countOf(yield* countBy(primary.bad), yield* countBy(primary.all)),
      },
    ],
  }
}
