/**
 * How many requests of both versions took longer than a bound, by the buckets of a classic
 * histogram: a slow request is a failure, and all else is as with counters.
 */
import type { EffectiveMetric } from '../../canary/analysis.ts'
import type { Canary } from '../../canary/canary.ts'
import type { Durations } from '../../routers/checks.ts'
import { byInstance } from './arm-counts.ts'
import { armNames, armWriter, bucketsOf, difference, type Naming, named, newborn } from './arms.ts'

/** Bounds of buckets, in milliseconds. */
export interface BoundedBy extends Naming {
  seconds: number
  bounds: readonly number[]
}

/** Requests of both versions, and those within each bound: `canary_all`, `canary_within_0`, … */
export function slowQuery(canary: Canary, metric: EffectiveMetric, of: BoundedBy): string {
  const buckets = bucketsOf(canary, metric, of)
  if (!buckets) return ''
  const write = armWriter(canary, metric, { of, named: buckets })
  const counted = armNames.flatMap((arm) => {
    const growth = (le: string) =>
      difference(write(bucket(buckets, buckets[arm], le), arm), of.seconds)
    const within = of.bounds.map((bound, at) =>
      named(`${arm}_within_${at}`, growth(leOf(bound, buckets))),
    )
    const all = write(bucket(buckets, buckets[arm], infinite), arm)
    return [
      named(`${arm}_all`, growth(infinite)),
      named(`${arm}_new`, newborn(all, of.seconds)),
      ...within,
    ]
  })
  return counted.join(' or ')
}

/** What selects the buckets of the primary; empty where there are none. */
export function primaryBuckets(canary: Canary, metric: EffectiveMetric, of: Naming): string {
  const buckets = bucketsOf(canary, metric, of)
  if (!buckets) return ''
  const write = armWriter(canary, metric, { of, named: buckets })
  return write(`${buckets.metric}{ ${buckets.primary} }`, 'primary')
}

/** How many requests of the primary each bucket holds of the last seconds; of all time for 0. */
export function bucketsQuery(
  canary: Canary,
  metric: EffectiveMetric,
  of: Naming & { seconds: number },
): string {
  const selector = primaryBuckets(canary, metric, of)
  if (selector === '') return ''
  return of.seconds > 0
    ? difference(selector, of.seconds, ' by (le)')
    : `sum by (le)( ${selector} )`
}

/** Growth of the primary's requests in a step, of all and within each bound, by its instances. */
export function pastSlowQueries(
  canary: Canary,
  metric: EffectiveMetric,
  of: BoundedBy,
): { all: string; within: string[] } {
  const buckets = bucketsOf(canary, metric, of)
  if (!buckets) return { all: '', within: [] }
  const write = armWriter(canary, metric, { of, named: buckets })
  const growth = (le: string) =>
    difference(write(bucket(buckets, buckets.primary, le), 'primary'), of.seconds, byInstance)
  return {
    all: growth(infinite),
    within: of.bounds.map((bound) => growth(leOf(bound, buckets))),
  }
}

const infinite = 'le="+Inf"'

function bucket({ metric }: Durations, selector: string, le: string): string {
  const inside = selector.trim().replace(/,$/, '')
  return `${metric}{ ${inside}, ${le} }`
}

/** Prometheus 3 writes 1.0 where 2 wrote 1, and clients write large bounds as 1e+06. */
function leOf(boundMs: number, { toMs }: Durations): string {
  const bound = Number((boundMs / toMs).toPrecision(12))
  const [whole = '', part] = String(bound).split('.')
  const forms = [part === undefined ? `${whole}([.]0*)?` : `${whole}[.]${part}0*`]
  if (bound >= 1e6) forms.push(exponential(bound))
  return `le=~"${forms.join('|')}"`
}

const exponential = (bound: number): string =>
  bound
    .toExponential()
    .replace(/[+.]/g, '[$&]')
    .replace(/e\[\+\](\d)$/, 'e[+]0$1')
