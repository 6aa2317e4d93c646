/** The judge that compares the versions by counts, beside ranges for what it cannot count. */
import type { CheckResult, Verdict } from '../analysis/decision.ts'
import type { JudgeReason, JudgeStatus } from '../canary/api.gen.ts'
import type { Canary } from '../canary/canary.ts'
import type { EffectiveJudge } from '../canary/judging.ts'
import { shownPlan } from '../judge/planned.ts'
import { evidenceOf, shownTrial, type Trial, totalOf, version } from '../judge/record.ts'
import { metricChecks } from './checks.ts'
import {
  type Hearing,
  hearingOf,
  type Looked,
  lookedAt,
  pastQuestionsOf,
  questionsOf,
  withHistory,
} from './hearing.ts'
import { type Judge, judgeRanges, type Look, type Recorded, rangeJudge } from './judges.ts'
import { type Ruling, rulingOf } from './ruling.ts'

/** Who judges this canary. */
export function judgeFor({ analysis }: Canary): Judge {
  const { judge } = analysis
  return judge ? evidenceJudge(judge) : rangeJudge
}

function evidenceJudge(settings: EffectiveJudge): Judge {
  return {
    *look(of) {
      const opened = hearingOf(of, settings)
      if (opened.trials.length === 0) return yield* rangeJudge.look(of)
      const past = pastQuestionsOf(opened, of, settings.historyMs)
      const hearing = withHistory(opened, past.length > 0 ? yield past : [])
      const ranged = metricChecks(withoutJudged(of, hearing, settings), of)
      const counted = questionsOf(hearing, of)
      const outcomes = ranged.length + counted.length > 0 ? yield [...ranged, ...counted] : []
      const ranges = judgeRanges(ranged, outcomes.slice(0, ranged.length))
      const looked = lookedAt(hearing, outcomes.slice(ranged.length))
      return combined(ranges, { settings, hearing, looked, now: of.now, canary: of.canary })
    },
  }
}

/** In the shadow ranges decide of every metric, as if there were no judge. */
function withoutJudged({ canary }: Look, { trials }: Hearing, { mode }: EffectiveJudge): Canary {
  if (mode === 'Shadow') return canary
  const { metrics } = canary.analysis
  const rest = metrics.filter(({ name }) => !trials.some((trial) => trial.name === name))
  return { ...canary, analysis: { ...canary.analysis, metrics: rest } }
}

interface Case {
  settings: EffectiveJudge
  hearing: Hearing
  looked: Looked
  now: Date
  canary: Canary
}

function combined(
  ranges: { verdict: Verdict; recorded: Recorded[] },
  of: Case,
): { verdict: Verdict; recorded: Recorded[] } {
  const [first] = of.looked.trials
  if (!first) return ranges
  const ruling = rulingOf(of)
  const judge = statusOf(of, ruling, first)
  if (of.settings.mode === 'Shadow')
    return { ...ranges, verdict: { ...ranges.verdict, judge: { ...judge, shadow: true } } }
  const judged = of.looked.trials.map((trial) => resultOf(trial, ruling, of.canary))
  const results = [...judged, ...ranges.verdict.results]
  const values = judged.flatMap(({ name: metric, value }) =>
    value === undefined ? [] : [{ metric, value }],
  )
  const verdict = { ...decided(ranges.verdict, ruling, isNewPass(of, ruling)), results, judge }
  return { verdict, recorded: [...values, ...ranges.recorded] }
}

/** Sure harm decides whatever ranges say; a failed range counts as it always does. */
function decided(ranges: Verdict, ruling: Ruling, passesNow: boolean): Verdict {
  const { why, kind } = ruling
  if (kind === 'fail')
    return { outcome: 'failed', final: true, by: ruling.by, why, events: [], results: [] }
  if (ranges.outcome !== 'passed') return ranges
  if (kind === 'hold') return { outcome: 'undecided', why, events: [], results: [] }
  if (kind === 'pass') return { ...ranges, events: passesNow ? [ruling.passed] : [] }
  return { ...ranges, unproven: why }
}

/** That it passed is said once. */
function isNewPass({ canary }: Case, { kind }: Ruling): boolean {
  return kind === 'pass' && canary.status.canaryAnalysis?.judge?.verdict !== 'Pass'
}

const words: Readonly<Record<Ruling['kind'], JudgeStatus['verdict']>> = {
  pass: 'Pass',
  fail: 'Fail',
  hold: 'Inconclusive',
  open: 'Inconclusive',
}

function statusOf(
  { looked, hearing }: Case,
  { kind, reason, why }: Ruling,
  { plan }: Trial,
): JudgeStatus {
  return {
    ...{ version, startedAt: hearing.startedAt, lastLook: looked.lastLook, verdict: words[kind] },
    ...(reason !== undefined && { reason: reason satisfies JudgeReason }),
    why,
    plan: shownPlan(plan),
    metrics: looked.trials.map((trial) => shownTrial(trial, evidenceOf(trial))),
  }
}

/** The share of good answers at the canary in this run, in percent; for other counts of failures. */
function resultOf({ name, looks }: Trial, ruling: Ruling, { analysis }: Canary): CheckResult {
  const { bad, all } = totalOf(looks.map(({ canary }) => canary))
  const failed = (100 * bad) / all
  const { min, max, interval } = analysis.metrics.find((one) => one.name === name) ?? {}
  return {
    ...{ name, kind: 'metric', unit: '%' },
    ok: !(ruling.kind === 'fail' && ruling.by === name),
    ...(all > 0 && { value: name === 'request-success-rate' ? 100 - failed : failed }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(interval !== undefined && { window: interval }),
  }
}
