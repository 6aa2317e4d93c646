/** Which metrics of a Canary are judged, and by which plan. */
import { type EffectiveMetric, movesTraffic, strategyOf } from '../canary/analysis.ts'
import type { JudgePlan, JudgeRules } from '../canary/api.gen.ts'
import type { Canary } from '../canary/canary.ts'
import { type EffectiveJudge, judgeOf } from '../canary/judging.ts'
import { type Plan, priorDispersion } from './plan.ts'

const hourMs = 3_600_000
const minuteMs = 60_000

/**
 * The plan of a metric. In blue/green the canary has the traffic of a load test, and the primary
 * that of users: there the canary is held against the objective alone.
 */
export function planOf(canary: Canary, judge: EffectiveJudge, metric: EffectiveMetric): Plan {
  const own = judgeOf(judge, metric.judge)
  const { ratio, ignoreBelow, falseRollback, missed, cluster = priorDispersion.cluster } = own
  const compareTo = sharesTraffic(canary) ? own.compareTo : 'Objective'
  const objective = objectiveOf(metric, own)
  return {
    ...{ ratio, ignoreBelow, falseRollback, missed, compareTo },
    require: compareTo === 'Objective' ? 'Objective' : own.require,
    scheduledLooks: looksIn(scheduleMsOf(canary), own),
    plannedLooks: looksIn(limitMsOf(canary, own), own),
    dispersion: { cluster, noise: 0 },
    ...(objective !== undefined && { objective }),
  }
}

/** Users meet both versions, or the canary gets copies of their requests. */
function sharesTraffic({ analysis, provider }: Canary): boolean {
  if (!movesTraffic(provider)) return false
  return strategyOf(analysis, provider) !== 'blue-green' || analysis.mirror
}

/** How long a run is judged at most: an hour, or three times its schedule if that is longer. */
export function limitMsOf(canary: Canary, judge: EffectiveJudge): number {
  return judge.limitMs ?? Math.max(hourMs, 3 * scheduleMsOf(canary))
}

/** How long the traffic is moved, if nothing holds it. */
export function scheduleMsOf(canary: Canary): number {
  return stepsOf(canary) * canary.analysis.intervalMs
}

/** Looks of that time; of those that are shorter, all of one minute count as one. */
function looksIn(ms: number, { intervalMs }: EffectiveJudge): number {
  return Math.max(1, Math.ceil(ms / Math.max(minuteMs, intervalMs)))
}

/** The failure rate that the range allows; none where it allows none at all, which nobody proves. */
function objectiveOf(
  { name, min, max, counts }: EffectiveMetric,
  { quantile }: EffectiveJudge,
): number | undefined {
  const isSlow = name === 'request-duration' && !counts
  const rate = isSlow
    ? 1 - quantile
    : name === 'request-success-rate'
      ? 1 - (min ?? 100) / 100
      : (max ?? 0) / 100
  return rate > 0 && rate < 1 ? Number(rate.toPrecision(12)) : undefined
}

/** Looks while the traffic is moved. */
function stepsOf({ analysis, provider }: Canary): number {
  const { iterations, stepWeight, stepWeights, maxWeight } = analysis
  if (strategyOf(analysis, provider) !== 'canary') return Math.max(1, iterations)
  const weights = stepWeight > 0 ? Math.ceil(maxWeight / stepWeight - 1e-9) : stepWeights.length
  return Math.max(1, weights, iterations)
}

/** As the status has it: rates in percent. */
export function shownPlan(plan: Plan): JudgePlan {
  const { ratio, scheduledLooks, plannedLooks, require, compareTo } = plan
  const percent = (share: number) => Number((100 * share).toPrecision(6))
  return {
    ...{ ratio, scheduledLooks, plannedLooks, require, compareTo },
    ignoreBelow: percent(plan.ignoreBelow),
    falseRollback: percent(plan.falseRollback),
    missed: percent(plan.missed),
  }
}

/** What a metric has otherwise than the run; undefined where that is nothing. */
export function ownRules(plan: Plan, shared: JudgePlan): JudgeRules | undefined {
  const { ratio, ignoreBelow, require, compareTo } = shownPlan(plan)
  const rules: JudgeRules = {
    ...(ratio !== shared.ratio && { ratio }),
    ...(ignoreBelow !== shared.ignoreBelow && { ignoreBelow }),
    ...(require !== undefined && require !== shared.require && { require }),
    ...(compareTo !== undefined && compareTo !== shared.compareTo && { compareTo }),
  }
  return Object.keys(rules).length > 0 ? rules : undefined
}
