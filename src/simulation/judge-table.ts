/** What a Canary's own judge would tell apart at such traffic, beside its range. Pure. */
import { weightSteps } from '../analysis/weights.ts'
import type { EffectiveMetric } from '../canary/analysis.ts'
import type { Canary } from '../canary/canary.ts'
import type { EffectiveJudge } from '../canary/judging.ts'
import { InvalidSpecError } from '../errors.ts'
import { limitMsOf, planOf } from '../judge/planned.ts'
import { type Compared, compare, type Rollout, type Sample } from '../judge/simulated/compare.ts'
import type { Service } from '../judge/simulated/play.ts'

/** One kind of version. */
export interface Version {
  label: string
  /** Its failure rate, 0 to 1. */
  rate: number
}

export interface JudgeRow extends Version, Compared {}

/** Versions that are worth telling apart, from the rate of the primary. */
export function usualVersions(rate: number): Version[] {
  const times = (factor: number) => ({ label: `${factor} x`, rate: Math.min(1, factor * rate) })
  const more = { label: '+5 %', rate: Math.min(1, rate + 0.05) }
  return [{ label: 'healthy', rate }, times(1.5), times(2), times(5), more]
}

/** The Canary as a run that can be played; throws InvalidSpecError where it has no judge. */
export function rolloutOf(canary: Canary): Rollout {
  const { judge, intervalMs, threshold } = canary.analysis
  const metric = judge && playable(canary)
  if (!judge || !metric)
    throw new InvalidSpecError(
      `${canary.label} has no judge of failures to be played; set spec.analysis.judge: {} and a metric request-success-rate`,
    )
  const plan = planOf(canary, judge, metric)
  if (plan.compareTo === 'Objective')
    throw new InvalidSpecError(
      `${canary.label} is held against its range alone, without users on both versions; there is nothing to compare`,
    )
  const range = leastGoodOf(metric)
  return {
    weights: sharesOf(canary),
    plan,
    seconds: intervalMs / 1_000,
    looks: Math.max(1, Math.ceil(limitMsOf(canary, judge) / intervalMs)),
    ...(range !== undefined && { range: { leastGood: range, threshold } }),
  }
}

/** The metric of failures; how slow requests are is not played. */
const playable = ({ analysis }: Canary): EffectiveMetric | undefined =>
  analysis.metrics.find(({ name, counts }) => name === 'request-success-rate' || counts)

function leastGoodOf({ name, counts, min, max }: EffectiveMetric): number | undefined {
  if (!counts) return min === undefined ? undefined : min / 100
  return name !== 'request-success-rate' && max !== undefined ? 1 - max / 100 : undefined
}

/** Percent of the users at each step; of an A/B test a tenth. */
function sharesOf({ analysis, strategy }: Canary): number[] {
  const weights = weightSteps(analysis)
  if (strategy === 'canary' && weights.length > 0) return weights
  return Array.from({ length: Math.max(1, analysis.iterations) }, () => 10)
}

/** A row for each version. */
export function judgeTable(
  of: { rollout: Rollout; service: Service; versions: readonly Version[] },
  sample: Sample,
): JudgeRow[] {
  const { rollout, service, versions } = of
  return versions.map(({ label, rate }) => ({
    ...{ label, rate },
    ...compare({ rollout, service, effect: () => rate }, sample),
  }))
}

/** Settings whose values can be compared. */
export const swept = ['ratio', 'ignoreBelow', 'falseRollback', 'missed', 'limit'] as const
export type Swept = (typeof swept)[number]

/** The judge with another value of one setting: percent, as in the spec; the limit in minutes. */
export function withSetting(judge: EffectiveJudge, setting: Swept, value: number): EffectiveJudge {
  switch (setting) {
    case 'ratio':
      return { ...judge, ratio: value }
    case 'limit':
      return { ...judge, limitMs: value * 60_000 }
    default:
      return { ...judge, [setting]: value / 100 }
  }
}

/** The Canary with another value of one setting. */
export function canaryWith(canary: Canary, setting: Swept, value: number): Canary {
  const { judge } = canary.analysis
  if (!judge) return canary
  return {
    ...canary,
    analysis: { ...canary.analysis, judge: withSetting(judge, setting, value) },
  }
}

/** A promise of the judge that is not kept in these runs, beyond what chance explains. */
export function brokenPromise(rows: readonly JudgeRow[], of: Rollout, runs: number): string[] {
  const { falseRollback, missed, ratio } = of.plan
  const base = rows[0]?.rate ?? 0
  return rows.flatMap(({ label, rate, judge }) => {
    if (rate <= base && isOver(judge.rolledBack, falseRollback, runs))
      return [
        `${label}: ${percent(judge.rolledBack)} are rolled back, more than ${percent(falseRollback)}`,
      ]
    const isBad = rate >= ratio * base && rate > of.plan.ignoreBelow
    if (isBad && isOver(judge.promoted, missed, runs))
      return [`${label}: ${percent(judge.promoted)} are promoted, more than ${percent(missed)}`]
    return []
  })
}

/** By more than three deviations of so many runs. */
const isOver = (share: number, most: number, runs: number): boolean =>
  share > most + 3 * Math.sqrt((most * (1 - most)) / runs)

const percent = (share: number): string => `${Number((100 * share).toFixed(1))} %`

/** What to change where healthy versions mostly stay undecided; undefined where they do not. */
export function remedyFor(
  canary: Canary,
  of: { rows: readonly JudgeRow[]; service: Service },
  sample: Sample,
): string | undefined {
  const { rows, service } = of
  const [healthy] = rows
  if (!healthy || healthy.judge.undecided < 0.5) return undefined
  const versions = [{ label: 'healthy', rate: service.rate }]
  const few = { ...sample, runs: Math.min(60, sample.runs) }
  const decides = (setting: Swept, value: number) => {
    const rollout = rolloutOf(canaryWith(canary, setting, value))
    return (judgeTable({ rollout, service, versions }, few)[0]?.judge.promoted ?? 0) >= 0.9
  }
  const ratio = [3, 4, 6, 10].find((value) => decides('ratio', value))
  const hours = [2, 4, 8, 24].find((value) => decides('limit', 60 * value))
  const remedies = [
    ...(ratio === undefined ? [] : [`ratio: ${ratio}`]),
    ...(hours === undefined ? [] : [`limit: ${hours}h`]),
  ]
  const start = 'healthy versions mostly stay undecided at this traffic'
  if (remedies.length === 0)
    return `${start}, and neither a larger ratio nor a longer limit mends it; require: Objective says less, and may decide`
  return `${start}; ${remedies.join(' or ')} decides nine of ten`
}
