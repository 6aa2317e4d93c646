/**
 * Counts of both versions since the last look, in one request: differences of raw counters at two
 * fixed times, which neither overlap nor leave gaps. `rate` and `increase` extrapolate, and miss the
 * first failures of a new series.
 */
import type { EffectiveMetric } from '../canary/analysis.ts'
import type { Canary } from '../canary/canary.ts'
import { instanceLabels } from '../judge/past.ts'
import { type Counters, forPods } from '../routers/checks.ts'
import type { Budget } from '../template/budget.ts'
import { metricsProvider, observerFor } from './builtin.ts'
import { plainNames, type QueryModel, queryModel, renderQuery } from './template.ts'

/** What tells the source of built-in metrics, and the names of the target's pods. */
interface Naming {
  meshProvider: string
  podNameEnds?: string | undefined
  /** What the queries of the look may cost to render. */
  budget?: Budget
}

/** Selectors of what failed and of all, as templates. */
interface ArmSelectors {
  bad: string
  all: string
}

interface BothArms {
  canary: ArmSelectors
  primary: ArmSelectors
  /** Names go into identifiers that allow letters, digits and `_` only. */
  plainNames?: true
}

/** What tells the versions of a metric apart; undefined where nothing does, and ranges decide. */
export function armsOf(
  canary: Canary,
  metric: EffectiveMetric,
  deps: Pick<Naming, 'meshProvider'>,
): BothArms | undefined {
  const { counts, name } = metric
  if (counts) return { canary: counts, primary: counts }
  if (name !== 'request-success-rate') return undefined
  const { counters, plainNames } = observerFor(metricsProvider(canary, deps.meshProvider))
  if (!counters) return undefined
  return {
    canary: selectors(counters, counters.canary),
    primary: selectors(counters, counters.primary),
    ...(plainNames && { plainNames }),
  }
}

function selectors({ metric, failed }: Counters, selector: string): ArmSelectors {
  return { bad: `${metric}{ ${selector}, ${failed} }`, all: `${metric}{ ${selector} }` }
}

/** The four counts in one query; throws ProviderError for a bad template. */
export function countsQuery(
  canary: Canary,
  metric: EffectiveMetric,
  of: Naming & { seconds: number },
): string {
  const arms = armsOf(canary, metric, of)
  if (!arms) return ''
  const text = (template: string, model: QueryModel) => rendered(template, { model, arms, of })
  const counted = (['canary', 'primary'] as const).flatMap((arm) => {
    const model = modelOf(canary, metric, arm)
    return [
      named(`${arm}_bad`, `${difference(text(arms[arm].bad, model), of.seconds)} or vector(0)`),
      named(`${arm}_all`, difference(text(arms[arm].all, model), of.seconds)),
    ]
  })
  return counted.join(' or ')
}

/** Growth of the primary's failures and requests in a step, by what may name its instances. */
export function pastQueries(
  canary: Canary,
  metric: EffectiveMetric,
  of: Naming & { seconds: number },
): { bad: string; all: string } {
  const arms = armsOf(canary, metric, of)
  if (!arms) return { bad: '', all: '' }
  const model = modelOf(canary, metric, 'primary')
  const by = `by (${instanceLabels.join(', ')})`
  const growth = (template: string) => {
    const text = rendered(template, { model, arms, of })
    return difference(text, of.seconds).replace(/^sum/, `sum ${by}`)
  }
  return { bad: growth(arms.primary.bad), all: growth(arms.primary.all) }
}

function rendered(
  template: string,
  { model, arms, of }: { model: QueryModel; arms: BothArms; of: Naming },
): string {
  const names = arms.plainNames ? plainNames(model) : model
  return renderQuery(forPods(template, of.podNameEnds), names, of.budget)
}

function modelOf(canary: Canary, metric: EffectiveMetric, arm: 'canary' | 'primary'): QueryModel {
  const model = queryModel(canary, metric)
  const isPrimary = arm === 'primary'
  // Built-in selectors name both Services by the apex; those of a user have their own.
  const service = metric.counts ? canary.names[arm] : model.service
  return { ...model, service, target: isPrimary ? canary.primaryName : model.target }
}

/** Per series: its growth, or all of it where it is new or began again. */
function difference(selector: string, seconds: number): string {
  return `sum( ( ${selector} - ${selector} offset ${seconds}s >= 0 ) or ${selector} )`
}

function named(name: string, vector: string): string {
  return `label_replace( ${vector}, "n", "${name}", "", "" )`
}
