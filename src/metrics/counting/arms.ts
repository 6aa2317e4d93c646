/** What tells the two versions of a metric apart, as selectors of raw series. */
import type { EffectiveMetric } from '../../canary/analysis.ts'
import type { Canary } from '../../canary/canary.ts'
import { type Counters, type Durations, forIngresses, forPods } from '../../routers/checks.ts'
import { checksFor } from '../../routers/index.ts'
import type { Budget } from '../../template/budget.ts'
import { measuredNames } from '../../workloads/index.ts'
import { measuringProvider } from '../builtin.ts'
import {
  ingressNames,
  plainNames,
  type QueryModel,
  queryModel,
  renderWith,
} from '../templates/template.ts'

/** What tells the source of built-in metrics. */
export interface Naming {
  meshProvider: string
  /** What the queries of the look may cost to render. */
  budget?: Budget
}

/** Selectors of what failed and of all, as templates. */
interface ArmSelectors {
  bad: string
  all: string
}

export type ArmName = 'canary' | 'primary'
export const armNames: readonly ArmName[] = ['canary', 'primary']

interface Named {
  /** Names go into identifiers that allow letters, digits and `_` only. */
  plainNames?: true
}

export type BothArms = Named & Record<ArmName, ArmSelectors>

/** The counters of a metric; undefined where nothing tells the versions apart, and ranges decide. */
export function armsOf(
  canary: Canary,
  metric: EffectiveMetric,
  deps: Pick<Naming, 'meshProvider'>,
): BothArms | undefined {
  const { counts, name } = metric
  if (counts) return { canary: counts, primary: counts }
  if (name !== 'request-success-rate') return undefined
  const observer = checksFor(measuringProvider(canary, deps.meshProvider))
  const { counters, plainNames } = observer
  if (!counters) return undefined
  const ingresses = ingressNames(canary, observer)
  return {
    canary: selectors(counters, forIngresses(counters.canary, ingresses)),
    primary: selectors(counters, forIngresses(counters.primary, ingresses)),
    ...(plainNames && { plainNames }),
  }
}

function selectors({ metric, failed }: Counters, selector: string): ArmSelectors {
  return { bad: `${metric}{ ${selector}, ${failed} }`, all: `${metric}{ ${selector} }` }
}

/** The buckets of `request-duration`, of which a range says how long a request may take. */
export function bucketsOf(
  canary: Canary,
  { name, max, counts }: Pick<EffectiveMetric, 'name' | 'max' | 'counts'>,
  deps: Pick<Naming, 'meshProvider'>,
): (Named & Durations) | undefined {
  if (name !== 'request-duration' || counts || max === undefined || max <= 0) return undefined
  const observer = checksFor(measuringProvider(canary, deps.meshProvider))
  const { durations, plainNames } = observer
  if (!durations) return undefined
  const ingresses = ingressNames(canary, observer)
  return {
    ...durations,
    canary: forIngresses(durations.canary, ingresses),
    primary: forIngresses(durations.primary, ingresses),
    ...(plainNames && { plainNames }),
  }
}

/** Whether a judge can compare the versions by this metric. */
export function isJudgeable(
  canary: Canary,
  metric: EffectiveMetric,
  deps: Pick<Naming, 'meshProvider'>,
): boolean {
  if (metric.judge?.mode === 'Off') return false
  return Boolean(armsOf(canary, metric, deps) ?? bucketsOf(canary, metric, deps))
}

/** Renders selectors for one version; throws ProviderError for a bad template. */
export function armWriter(
  canary: Canary,
  metric: EffectiveMetric,
  { of, named, times = {} }: { of: Naming; named: Named; times?: Readonly<Record<string, string>> },
): (template: string, arm: ArmName) => string {
  return (template, arm) => {
    const model = modelOf(canary, metric, arm)
    const names = named.plainNames ? plainNames(model) : model
    const values = { ...names, ...times, arm, workload: names.target }
    return renderWith(forPods(template, measuredNames(canary).podNameEnds), values, of.budget)
  }
}

function modelOf(canary: Canary, metric: EffectiveMetric, arm: ArmName): QueryModel {
  const model = queryModel(canary, metric)
  const isPrimary = arm === 'primary'
  // Built-in selectors name both Services by the apex; those of a user have their own.
  const service = metric.counts ? canary.names[arm] : model.service
  return { ...model, service, target: isPrimary ? canary.primaryName : model.target }
}

/** Per series: its growth, or all of it where it is new or began again. */
export function difference(selector: string, seconds: number, by = ''): string {
  return `sum${by}( ( ${selector} - ${selector} offset ${seconds}s >= 0 ) or ${selector} )`
}

/** What series have that were not there so long ago: growth that may be older than they are. */
export function newborn(selector: string, seconds: number): string {
  return `sum( ${selector} unless ${selector} offset ${seconds}s )`
}

/** The vector under a name, by which several are told apart in one answer. */
export function named(name: string, vector: string): string {
  return `label_replace( ${vector}, "n", "${name}", "", "" )`
}
