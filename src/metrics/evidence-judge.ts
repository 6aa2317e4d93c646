/** The judge that compares the versions by counts, beside ranges for what it cannot count. */
import type { Verdict } from '../analysis/decision.ts'
import type { Canary } from '../canary/canary.ts'
import type { EffectiveJudge } from '../canary/judging.ts'
import { metricChecks } from './checks.ts'
import {
  type Hearing,
  hearingOf,
  lookedAt,
  pastQuestionsOf,
  questionsOf,
  withHistory,
  withoutJudged,
} from './hearing.ts'
import { inShadow, judgedStatus, recordedOf, resultsOf } from './judged.ts'
import { type Judge, judgeRanges, type Look, type Recorded, rangeJudge } from './judges.ts'
import { type Case, type Ruling, rulingOf } from './ruling.ts'

/** Who judges this canary. */
export function judgeFor({ analysis }: Canary): Judge {
  const { judge } = analysis
  return judge ? evidenceJudge(judge) : rangeJudge
}

function evidenceJudge(settings: EffectiveJudge): Judge {
  return {
    *look(of) {
      const opened = hearingOf(of, settings)
      const isBlind = opened.planned.length === 0 || keepsNoLooks(of, settings)
      if (isBlind) return yield* rangeJudge.look(of)
      const past = pastQuestionsOf(opened, of, settings)
      const asked = past.length > 0 ? yield past.map(({ check }) => check) : []
      const hearing = opened.isNew ? withHistory(opened, past, asked) : opened
      const ranged = of.countsOnly ? [] : metricChecks(rangedOf(of, hearing, settings), of)
      const counted = questionsOf(hearing, of)
      const outcomes = ranged.length + counted.length > 0 ? yield [...ranged, ...counted] : []
      const ranges = judgeRanges(ranged, outcomes.slice(0, ranged.length))
      const looked = lookedAt(hearing, outcomes.slice(ranged.length))
      return combined(ranges, { settings, hearing, looked, now: of.now, canary: of.canary })
    },
  }
}

/** Flagger's definition prunes the run: the shadow of a fleet would begin anew at each look. */
function keepsNoLooks({ canary }: Look, { mode }: EffectiveJudge): boolean {
  return mode === 'Shadow' && canary.status.canaryAnalysis === undefined
}

/** In the shadow ranges decide of every metric, as if there were no judge. */
function rangedOf(of: Look, hearing: Hearing, { mode }: EffectiveJudge): Canary {
  return mode === 'Shadow' ? of.canary : withoutJudged(of, hearing)
}

function combined(
  ranges: { verdict: Verdict; recorded: Recorded[] },
  of: Case,
): { verdict: Verdict; recorded: Recorded[] } {
  const ruling = rulingOf(of)
  const judge = judgedStatus(of, ruling)
  if (of.settings.mode === 'Shadow')
    return {
      ...ranges,
      verdict: { ...ranges.verdict, ...(judge && { judge: inShadow(judge, ruling, of) }) },
    }
  const judged = resultsOf(of, ruling)
  const results = [...judged, ...ranges.verdict.results]
  const recorded = [...recordedOf(of, judged), ...ranges.recorded]
  const verdict = decided(ranges.verdict, ruling)
  const events = [...verdict.events, ...rangedEvents(of)]
  return { verdict: { ...verdict, events, results, ...(judge && { judge }) }, recorded }
}

/** That a metric is not judged, once: when the run begins. */
function rangedEvents({ hearing, canary }: Case): Verdict['events'] {
  if (!hearing.isNew) return []
  return hearing.ranged.map(({ name, why }) => ({
    type: 'Warning',
    message: `${name} of ${canary.label} is not judged in this run: ${why}`,
  }))
}

/** Sure harm decides whatever ranges say; a failed range counts as it always does. */
function decided(ranges: Verdict, { kind, why, by, event, isEnough, alert }: Ruling): Verdict {
  if (kind === 'fail') return { outcome: 'failed', final: true, by, why, events: [], results: [] }
  if (ranges.outcome !== 'passed' || kind === 'none') return ranges
  if (kind === 'hold') return { outcome: 'undecided', why, events: [], results: [] }
  const told = { ...ranges, events: event ? [event] : [] }
  if (kind === 'pass') return { ...told, ...(isEnough && { isEnough }) }
  return { ...told, unproven: why, ...(alert !== undefined && { overdue: alert }) }
}
