/** Judges that have nothing to judge, and counts that nobody reads. */
import type { Fault } from '../analysis/decision.ts'
import type { Canary } from '../canary/canary.ts'
import { parseDuration } from '../canary/duration.ts'
import { armsOf } from '../metrics/arm-counts.ts'
import type { MetricDeps } from '../metrics/checks.ts'
import { fatal, odd } from './fault.ts'

const at = 'spec.analysis.judge'

export function judgeFaults(canary: Canary, deps: Pick<MetricDeps, 'meshProvider'>): Fault[] {
  const { judge, metrics } = canary.analysis
  if (!judge) return metrics.flatMap(unread)
  // Nobody asked for the shadow of a whole fleet here.
  if (!canary.spec.analysis.judge) return []
  if (canary.skipAnalysis)
    return [odd(`${at} has no effect beside spec.skipAnalysis; remove one of them`)]
  return [...durationFaults(canary), ...subjectFaults(canary, deps)]
}

/** Counts alone check nothing where nobody compares them. */
function unread(
  { name, counts, query, templateRef }: Canary['analysis']['metrics'][number],
  index: number,
): Fault[] {
  if (!counts || query !== undefined || templateRef) return []
  const field = `spec.analysis.metrics[${index}] ${name}`
  const what = `has counts, which only a judge reads; set ${at}: {}, or query`
  return [fatal(`${field} ${what}`, { name, kind: 'metric' })]
}

function durationFaults({ spec }: Canary): Fault[] {
  const { delay, limit } = spec.analysis.judge ?? {}
  return Object.entries({ delay, limit }).flatMap(([field, text]) =>
    text !== undefined && parseDuration(text) === undefined
      ? [odd(`${at}.${field} "${text}" is no duration, the default is used; write it like 10m`)]
      : [],
  )
}

function subjectFaults(canary: Canary, deps: Pick<MetricDeps, 'meshProvider'>): Fault[] {
  const { metrics } = canary.analysis
  if (metrics.some((metric) => armsOf(canary, metric, deps))) return []
  const isKnown = metrics.some(({ name }) => name === 'request-success-rate')
  const why = isKnown
    ? ` by the series of provider ${canary.provider}, which hold both versions; give a metric counts`
    : ', so ranges decide; add request-success-rate, or a metric with counts'
  return [odd(`${at} has nothing to judge${why}`)]
}
