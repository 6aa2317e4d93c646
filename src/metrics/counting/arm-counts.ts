/**
 * Counts of both versions since the last look, in one request: differences of raw counters at two
 * fixed times, which neither overlap nor leave gaps. `rate` and `increase` extrapolate, and miss the
 * first failures of a new series.
 */
import type { EffectiveMetric } from '../../canary/analysis.ts'
import type { Canary } from '../../canary/canary.ts'
import { instanceLabels } from '../../judge/past.ts'
import { armNames, armsOf, armWriter, difference, type Naming, named, newborn } from './arms.ts'

/** The four counts in one query, and what new series have; throws ProviderError for a bad template. */
export function countsQuery(
  canary: Canary,
  metric: EffectiveMetric,
  of: Naming & { seconds: number },
): string {
  const arms = armsOf(canary, metric, of)
  if (!arms) return ''
  const write = armWriter(canary, metric, { of, named: arms })
  const counted = armNames.flatMap((arm) => [
    named(`${arm}_bad`, `${difference(write(arms[arm].bad, arm), of.seconds)} or vector(0)`),
    named(`${arm}_all`, difference(write(arms[arm].all, arm), of.seconds)),
    named(`${arm}_new`, newborn(write(arms[arm].all, arm), of.seconds)),
  ])
  return counted.join(' or ')
}

/** What selects the requests of the primary; empty where nothing tells the versions apart. */
export function primarySelector(canary: Canary, metric: EffectiveMetric, of: Naming): string {
  const arms = armsOf(canary, metric, of)
  return arms ? armWriter(canary, metric, { of, named: arms })(arms.primary.all, 'primary') : ''
}

/** By what may name an instance. */
export const byInstance = ` by (${instanceLabels.join(', ')})`

/** Growth of the primary's failures and requests in a step, by what may name its instances. */
export function pastQueries(
  canary: Canary,
  metric: EffectiveMetric,
  of: Naming & { seconds: number },
): { bad: string; all: string } {
  const arms = armsOf(canary, metric, of)
  if (!arms) return { bad: '', all: '' }
  const write = armWriter(canary, metric, { of, named: arms })
  const growth = (template: string) =>
    difference(write(template, 'primary'), of.seconds, byInstance)
  return { bad: growth(arms.primary.bad), all: growth(arms.primary.all) }
}
