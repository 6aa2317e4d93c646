/** Runs that a metric server still knows of: what the judge and the range would have said. Pure. */
import type { EffectiveMetric } from '../canary/analysis.ts'
import type { Canary } from '../canary/canary.ts'
import type { EffectiveJudge } from '../canary/judging.ts'
import type { Count, Look } from '../judge/look.ts'
import { pastOf } from '../judge/past.ts'
import { planOf } from '../judge/planned.ts'
import { type Replayed, replay } from '../judge/replay.ts'
import type { StepCounts } from '../metrics/provider.ts'

export interface RecordedRun {
  startedAt: string
  looks: number
  canary: Count
  primary: Count
  judge: Pick<Replayed, 'verdict' | 'look'>
  /** What the range would have done, and at which look; null where the metric has none. */
  range: { result: 'promoted' | 'rolled back'; look: number } | null
}

/** So many steps without requests of the canary end a run. */
const longestPause = 3
/** Fewer looks are no run: somebody tried the canary by hand. */
const fewestLooks = 3
const historySteps = 360

/** A run is a stretch of time in which the canary had requests. */
export function recordedRuns(
  steps: readonly StepCounts[],
  of: { canary: Canary; judge: EffectiveJudge; metric: EffectiveMetric; stepSeconds: number },
): RecordedRun[] {
  return stretchesOf(steps).flatMap(({ from, to }) => {
    const during = steps.slice(from, to + 1)
    if (during.length < fewestLooks) return []
    const before = steps.slice(Math.max(0, from - historySteps), from)
    return [runOf(during, before, of)]
  })
}

function stretchesOf(steps: readonly StepCounts[]): { from: number; to: number }[] {
  const stretches: { from: number; to: number }[] = []
  for (const [at, { canary }] of steps.entries()) {
    if (canary.all === 0) continue
    const last = stretches.at(-1)
    if (last && at - last.to <= longestPause) last.to = at
    else stretches.push({ from: at, to: at })
  }
  return stretches
}

function runOf(
  during: readonly StepCounts[],
  before: readonly StepCounts[],
  of: Parameters<typeof recordedRuns>[1],
): RecordedRun {
  const { canary, judge, metric, stepSeconds } = of
  const looks = during.map(
    (step): Look => ({ seconds: stepSeconds, canary: step.canary, primary: step.primary }),
  )
  const plan = planOf(canary, judge, metric)
  const past = pastOf(seriesOf(before))
  const known = past.usual === undefined ? {} : { usual: past.usual }
  const dispersion =
    judge.cluster === undefined ? past.dispersion : { cluster: judge.cluster, noise: 0 }
  const trial = { name: metric.name, plan: { ...plan, dispersion, ...known }, looks }
  const { verdict, look } = replay([trial], Math.min(plan.scheduledLooks, looks.length))
  return {
    startedAt: new Date(((during[0]?.at ?? 0) - stepSeconds) * 1_000).toISOString(),
    looks: looks.length,
    canary: totalOf(during.map((step) => step.canary)),
    primary: totalOf(during.map((step) => step.primary)),
    judge: { verdict, look },
    range: rangeOf(during, of),
  }
}

function seriesOf(steps: readonly StepCounts[]) {
  const series = (pick: (count: Count) => number) => [
    { labels: {}, values: steps.map(({ at, primary }) => [at, pick(primary)] as const) },
  ]
  return { bad: series(({ bad }) => bad), all: series(({ all }) => all) }
}

function rangeOf(
  during: readonly StepCounts[],
  { canary, metric }: Parameters<typeof recordedRuns>[1],
): RecordedRun['range'] {
  const { min, max, counts, name } = metric
  const isRate = name === 'request-success-rate' && !counts
  const mostBad = isRate ? min !== undefined && 1 - min / 100 : max !== undefined && max / 100
  if (mostBad === false) return null
  let failed = 0
  for (const [at, { canary: count }] of during.entries()) {
    if (count.all === 0 || count.bad / count.all > mostBad) failed += 1
    if (failed >= canary.analysis.threshold) return { result: 'rolled back', look: at + 1 }
  }
  return { result: 'promoted', look: during.length }
}

function totalOf(counts: readonly Count[]): Count {
  return counts.reduce((sum, { bad, all }) => ({ bad: sum.bad + bad, all: sum.all + all }), {
    bad: 0,
    all: 0,
  })
}
