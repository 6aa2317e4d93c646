/** A judged run of the status, judged once more: by its own rules, or by others in hindsight. Pure. */
import type { CanaryStatus, JudgeStatus } from '../../canary/api.gen.ts'
import { readLooks } from '../../judge/log.ts'
import type { Plan } from '../../judge/plan.ts'
import { planIn } from '../../judge/record.ts'
import { type Replayable, type Replayed, replay } from '../../judge/replay.ts'

/** What the judge saw in the run with this number, or in the last one; the last three keep it. */
export function judgeOfRun(
  { canaryAnalysis, history = [] }: CanaryStatus,
  number?: number,
): JudgeStatus | undefined {
  const record = number === undefined ? history[0] : history.find(({ id }) => id === number)
  const isLast = number === undefined || number === canaryAnalysis?.runId
  return (isLast ? canaryAnalysis?.judge : undefined) ?? record?.judge
}

export interface ReplayReport {
  verdict: Replayed['verdict']
  /** Counted from the looks that are kept. */
  look: number
  /** What the status has; the same, where the rules are the same. */
  recorded: JudgeStatus['verdict']
  metrics: { name: string; bound: number | null; looks: number; harm: number; safety: number }[]
  /** Where the figures are not those of the status; none where all agree. */
  differences: string[]
}

/** Rules that may be tried in hindsight; rates as shares. */
export type Hindsight = Partial<Pick<Plan, 'ratio' | 'ignoreBelow' | 'falseRollback' | 'missed'>>

/**
 * The verdict of a judged run computed again, and where it is another than the one on record. Rules
 * of `rules` take the place of those of the run.
 */
export function replayed(judge: JudgeStatus, rules: Hindsight = {}): ReplayReport {
  const known = (judge.metrics ?? []).filter(({ ranged }) => ranged === undefined)
  const trials = known.map((metric): Replayable => {
    const { name, bound, checkpoint, looks } = metric
    return {
      name,
      ...(bound !== undefined && { boundMs: bound }),
      plan: { ...planIn(judge, metric), ...rules },
      ...(checkpoint !== undefined && { checkpoint }),
      looks: readLooks(looks),
    }
  })
  const counted = trials.filter((_, at) => judge.shadow || known[at]?.shadow !== true)
  const { verdict, look } = replay(counted)
  const { evidence } = replay(trials)
  const metrics = known.map(({ name, bound = null }, at) => ({
    ...{ name, bound },
    looks: trials[at]?.looks.length ?? 0,
    harm: shown(evidence[at]?.harm ?? 0),
    safety: shown(evidence[at]?.safety ?? 0),
  }))
  const isSame = Object.keys(rules).length === 0
  const differences = isSame ? differencesOf(judge, { verdict, metrics }) : []
  return { verdict, look, recorded: judge.verdict, metrics, differences }
}

function differencesOf(
  judge: JudgeStatus,
  { verdict, metrics }: Pick<ReplayReport, 'verdict' | 'metrics'>,
): string[] {
  // At the limit the Canary decides, and not the evidence.
  const isOther = judge.reason !== 'Limit' && judge.verdict !== verdict
  const figures = metrics.flatMap(({ name, bound, harm, safety }) => {
    const kept = judge.metrics?.find((one) => one.name === name && (one.bound ?? null) === bound)
    return [
      ...(isNear(kept?.harm, harm)
        ? []
        : [`${name}: harm is ${harm}, the status has ${kept?.harm}`]),
      ...(isNear(kept?.safety, safety)
        ? []
        : [`${name}: safety is ${safety}, the status has ${kept?.safety}`]),
    ]
  })
  return [
    ...(isOther ? [`the verdict is ${verdict}, the status has ${judge.verdict}`] : []),
    ...figures,
  ]
}

/** The status has three digits. */
const isNear = (kept: number | undefined, found: number): boolean =>
  kept === undefined || Math.abs(kept - found) <= 0.011 * Math.abs(kept)

const shown = (log: number): number => Number(Math.exp(Math.min(600, log)).toPrecision(3))
