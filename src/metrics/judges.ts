/** Who judges a look at the metrics: one seam, behind which today's range check is one. */
import type { Verdict } from '../analysis/decision.ts'
import type { Canary } from '../canary/canary.ts'
import { type MetricCheck, type MetricDeps, metricChecks, type Outcome } from './checks.ts'
import { judge } from './judge.ts'

/** What one look is made with. */
export interface Look extends MetricDeps {
  canary: Canary
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

/** Each value within its range; the first that is not ends the look. */
export const rangeJudge: Judge = {
  *look({ canary, ...deps }) {
    const verdict: Verdict = { outcome: 'passed', events: [], results: [] }
    const recorded: Recorded[] = []
    for (const check of metricChecks(canary, deps)) {
      const outcomes: Outcome[] = yield [check]
      const [outcome = { error: 'no answer' }] = outcomes
      const { ok, event, recorded: value, result } = judge(check, outcome)
      if (value !== undefined) recorded.push({ metric: check.metric.name, value })
      verdict.results.push(result)
      if (event !== undefined) verdict.events.push({ type: 'Warning', message: event })
      if (ok) continue
      const { name: by } = check.metric
      return { verdict: { ...verdict, outcome: 'failed', by, why: event ?? '' }, recorded }
    }
    return { verdict, recorded }
  },
}
