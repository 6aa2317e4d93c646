/** Who judges a look at the metrics: one seam, behind which today's range check is one. */
import type { Verdict } from '../analysis/decision.ts'
import type { Canary } from '../canary/canary.ts'
import type { Outcome } from './asking.ts'
import { type MetricCheck, type MetricDeps, metricChecks } from './checks.ts'
import { type Judgement, judge } from './judge.ts'

/** What one look is made with. */
export interface Look extends MetricDeps {
  canary: Canary
  /** Between two checks: no range is asked. */
  countsOnly?: boolean
}

/** What was measured beside the verdict, for the controller's own metrics. */
export interface Recorded {
  metric: string
  value: number
}

/**
 * Asks, and comes to a verdict. It yields the checks that may be asked side by side, and is given
 * what came of each, in the same order; it never does I/O.
 */
export interface Judge {
  look(of: Look): Generator<MetricCheck[], { verdict: Verdict; recorded: Recorded[] }, Outcome[]>
}

/** Each value within its range. All are asked side by side; the first that fails is told. */
export const rangeJudge: Judge = {
  *look({ canary, ...deps }) {
    const checks = metricChecks(canary, deps)
    const outcomes: Outcome[] = checks.length > 0 ? yield checks : []
    return judgeRanges(checks, outcomes)
  },
}

/** What the values come to, each within its range. */
export function judgeRanges(
  checks: readonly MetricCheck[],
  outcomes: readonly Outcome[],
): { verdict: Verdict; recorded: Recorded[] } {
  const judged = checks.map((check, at) => ({
    name: check.metric.name,
    ...judge(check, outcomes[at] ?? { error: 'no answer' }),
  }))
  const recorded = judged.flatMap(({ name, recorded: value }) =>
    value === undefined ? [] : [{ metric: name, value }],
  )
  return { verdict: verdictOf(judged), recorded }
}

/** One that fails decides, whatever the others are; what is undecided holds those that passed. */
function verdictOf(judged: readonly (Judgement & { name: string })[]): Verdict {
  const decided = judged.filter(({ undecided }) => undecided === undefined)
  const results = decided.map(({ result }) => result)
  const failed = decided.find(({ ok }) => !ok)
  if (failed) {
    const { name: by, event: message = '' } = failed
    const events = [{ type: 'Warning' as const, message }]
    return { outcome: 'failed', by, why: message, events, results }
  }
  const waits = judged.flatMap(({ undecided: why }) => (why === undefined ? [] : [why]))
  if (waits.length > 0) return { outcome: 'undecided', why: waits.join('; '), events: [], results }
  return { outcome: 'passed', events: [], results }
}
