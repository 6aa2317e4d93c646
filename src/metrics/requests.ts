/** How many requests a check speaks of, where too few are to decide nothing. */
import type { EffectiveMetric } from '../canary/analysis.ts'
import type { Checks } from '../routers/checks.ts'
import type { Samples } from './provider.ts'

/** PromQL for the requests in the window, of which the success rate is the share. */
export function requestsOf({ successRate }: Pick<Checks, 'successRate'>): string {
  const whole = successRate.slice(successRate.indexOf(' / ') + 3).replace(/ \* 100$/, '')
  return whole.replace(/\brate\(/, 'increase(')
}

export interface Counted extends Samples {
  /** Requests in the window; undefined where nobody counted. */
  requests?: number
}

/** Why the requests decide nothing yet, or can't be told; undefined where there were enough. */
export function scarcity(
  { minRequests, interval }: EffectiveMetric,
  { requests, counts }: Counted,
): { few: string } | { error: string } | undefined {
  if (minRequests === 0) return undefined
  const found = requests ?? counts?.all
  if (found === undefined)
    return { error: 'nothing counts its requests for minRequests; set requestsQuery' }
  if (found >= minRequests) return undefined
  // Not how many: each look would be news, and a write.
  return { few: `fewer than ${minRequests} requests in ${interval}` }
}
