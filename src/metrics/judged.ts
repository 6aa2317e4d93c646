/** What a look comes to in the status of the Canary, and among the results of its checks. */

import type { CheckResult } from '../analysis/decision.ts'
import type { JudgedMetric, JudgeStatus } from '../canary/api.gen.ts'
import { shownPlan } from '../judge/planned.ts'
import { evidenceOf, shownTrial, type Trial, totalsOf, version } from '../judge/record.ts'
import { stamp } from '../stamp.ts'
import type { Recorded } from './judges.ts'
import type { Case, Ruling } from './ruling.ts'

const words: Readonly<Record<Ruling['kind'], JudgeStatus['verdict']>> = {
  pass: 'Pass',
  fail: 'Fail',
  hold: 'Inconclusive',
  open: 'Inconclusive',
  none: 'Inconclusive',
}

/** What the judge notes in the status of the run; undefined where there is nothing to judge by. */
export function judgedStatus(
  of: Case,
  { kind, reason, why, detail = why }: Ruling,
): JudgeStatus | undefined {
  const { hearing, looked } = of
  const { startedAt, planned } = hearing
  const first = looked.trials[0] ?? planned[0]
  if (!first) return undefined
  const plan = shownPlan(first.plan)
  return {
    ...{ version, startedAt, lastLook: looked.lastLook, verdict: words[kind] },
    ...(reason !== undefined && { reason }),
    ...{ why: detail, plan, metrics: metricsOf(of, plan) },
  }
}

/** What the judge would have done, and has not: a run that goes on keeps the first time of it. */
export function inShadow(judge: JudgeStatus, { kind }: Ruling, of: Case): JudgeStatus {
  const { hearing, canary, now } = of
  const { wouldRollBackAt } = canary.status.canaryAnalysis?.judge ?? {}
  const known = hearing.isNew ? undefined : wouldRollBackAt
  const since = known ?? (kind === 'fail' ? stamp(now) : undefined)
  return { ...judge, shadow: true, ...(since !== undefined && { wouldRollBackAt: since }) }
}

/** In the order of the spec; nothing stands there of a run that can't be looked at yet. */
function metricsOf({ hearing, looked }: Case, plan: JudgeStatus['plan']): JudgedMetric[] {
  const { planned, ranged } = hearing
  const trials = looked.trials.map((trial) => shownTrial(trial, evidenceOf(trial), plan))
  const others = ranged.map(({ name, why }): JudgedMetric => ({ name, ranged: why, looks: '' }))
  return planned.flatMap((one) => [...trials, ...others].filter(({ name }) => name === one.name))
}

/** One for each judged metric, of all its requests in this run. */
export function resultsOf({ looked, canary }: Case, ruling: Ruling): CheckResult[] {
  const metrics = looked.trials.filter(isFirstBound)
  return metrics.map((trial) => resultOf(trial, { ruling, canary }))
}

/** For the controller's own metrics, in the units of the ranges. */
export function recordedOf({ looked }: Case, results: readonly CheckResult[]): Recorded[] {
  const counted = looked.trials.filter(({ boundMs }) => boundMs === undefined)
  return results.flatMap(({ name: metric, value }) =>
    value !== undefined && counted.some(({ name }) => name === metric) ? [{ metric, value }] : [],
  )
}

const isFirstBound = ({ name }: Trial, at: number, all: readonly Trial[]): boolean =>
  all.findIndex((one) => one.name === name) === at

/** The share of good answers at the canary, in percent; for other counts that of failures. */
function resultOf(
  trial: Trial,
  { ruling, canary }: { ruling: Ruling; canary: Case['canary'] },
): CheckResult {
  const { name, boundMs, plan } = trial
  const { bad, all } = totalsOf(trial).canary
  const failed = (100 * bad) / all
  const { min, max, interval } = canary.analysis.metrics.find((one) => one.name === name) ?? {}
  const mostSlow = Number((100 * (plan.objective ?? 0)).toPrecision(6))
  return {
    ...{ name, kind: 'metric', unit: '%' },
    ok: !(ruling.kind === 'fail' && ruling.by === name),
    ...(all > 0 && { value: name === 'request-success-rate' ? 100 - failed : failed }),
    ...(boundMs === undefined && min !== undefined && { min }),
    ...(boundMs === undefined ? max !== undefined && { max } : { max: mostSlow }),
    ...(interval !== undefined && { window: interval }),
  }
}
