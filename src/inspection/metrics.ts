/** Metrics that can't be asked, or that no value passes. */
import type { Fault } from '../analysis/decision.ts'
import type { EffectiveMetric } from '../canary/analysis.ts'
import type { Metric } from '../canary/api.gen.ts'
import type { Canary } from '../canary/canary.ts'
import { parseDuration } from '../canary/duration.ts'
import { obstacleTo } from '../metrics/asking.ts'
import { isBuiltin, type MetricCheck, type MetricDeps, metricChecks } from '../metrics/checks.ts'
import { fatal, odd } from './fault.ts'

/** Bounds, windows and queries, as they stand in the Canary. */
export function metricFaults({ spec, analysis }: Canary): Fault[] {
  return analysis.metrics.flatMap((metric, index) => {
    const field = fieldOf(metric, index)
    const doom = (what: string) => fatal(`${field} ${what}`, { name: metric.name, kind: 'metric' })
    return [
      ...sourceDoom(metric).map(doom),
      ...boundsDoom(metric).map(doom),
      ...countDoom(metric).map(doom),
      ...oddities(metric, spec.analysis.metrics?.[index]).map((what) => odd(`${field} ${what}`)),
    ]
  })
}

/**
 * Metrics for which there is no question: each is one failed check after the other. `of` are those
 * that the Canary itself holds the query of, or those of templates.
 */
export function questionFaults(
  canary: Canary,
  deps: MetricDeps,
  of: 'canary' | 'templates',
): Fault[] {
  const { metrics } = canary.analysis
  return metricChecks(canary, deps).flatMap((check) => {
    const { metric, kind } = check
    const isOf = (kind === 'template') === (of === 'templates')
    const problem = isOf && !hasNoSource(metric) ? obstacleTo(check) : undefined
    if (problem === undefined) return []
    const field = fieldOf(metric, metrics.indexOf(metric))
    const message = `${field} can't be asked: ${problem}${remedyFor(check, problem)}`
    return [fatal(message, { name: metric.name, kind: 'metric' })]
  })
}

function fieldOf({ name }: EffectiveMetric, index: number): string {
  return `spec.analysis.metrics[${index}] ${name}`
}

function hasNoSource({ name, query, templateRef, counts }: EffectiveMetric): boolean {
  return query === undefined && !templateRef && !counts && !isBuiltin(name)
}

function sourceDoom(metric: EffectiveMetric): string[] {
  if (!hasNoSource(metric)) return []
  return [
    'is not a built-in metric and has no query, so that it never passes; set query or templateRef, ' +
      'or name it request-success-rate or request-duration',
  ]
}

function countDoom({ name, query, templateRef, minRequests, requestsQuery }: EffectiveMetric) {
  // What a template's answer counts is known with the answer alone.
  if (minRequests === 0 || requestsQuery !== undefined || templateRef || isBuiltin(name)) return []
  return query === undefined
    ? []
    : ['has minRequests, and nothing counts its requests; set requestsQuery']
}

function boundsDoom({ name, min, max }: EffectiveMetric): string[] {
  if (min !== undefined && max !== undefined && min > max)
    return [`has min ${min} above max ${max}, so no value passes; swap them`]
  if (!isBuiltin(name)) return []
  if (max !== undefined && max < 0)
    return [`has max ${max}, and no value is below 0, so none passes; set max`]
  if (name === 'request-success-rate' && min !== undefined && min > 100)
    return [`has min ${min}, and no rate is above 100 percent, so none passes; set min`]
  return []
}

/** Variables of dashboards: a query that is sent has none. */
const dashboardVariable = /\[\s*(\$\{?\w+\}?)/

function oddities(metric: EffectiveMetric, written: Partial<Metric> = {}): string[] {
  const { min, max, templateRef, interval, query = '' } = metric
  const { threshold, thresholdRange } = written
  const found: string[] = []
  if (templateRef?.name === '') found.push('has no templateRef.name; set it to a MetricTemplate')
  if (min === undefined && max === undefined)
    found.push('has an empty thresholdRange, so any value passes; set min or max')
  if (threshold === undefined && thresholdRange === undefined)
    found.push(
      `has no thresholdRange, so ${min === undefined ? 'nothing above 0' : 'any value'} passes; set min or max`,
    )
  if ((parseDuration(interval) ?? 0) <= 0)
    found.push(`has interval "${interval}", which is no duration; write it like 1m`)
  for (const [bound, limit] of Object.entries({ min, max }))
    if (metric.name === 'request-duration' && limit !== undefined && !Number.isInteger(limit))
      found.push(
        `has ${bound} ${limit}, and durations are whole milliseconds, so ${Math.trunc(limit)} counts; write 500 for half a second`,
      )
  if (metric.name === 'request-success-rate' && !templateRef && query === '')
    found.push(...ratesMeantOtherwise(metric))
  if (metric.requestsQuery !== undefined && metric.minRequests === 0)
    found.push('has requestsQuery, which has no effect without minRequests; set minRequests')
  const [, variable] = dashboardVariable.exec(query) ?? []
  if (variable !== undefined)
    found.push(`has ${variable} in its query, which nothing fills in; write {{ interval }}`)
  return found
}

/** Bounds of the built-in rate, in percent, by which nearly every version passes. */
function ratesMeantOtherwise({ min, max }: EffectiveMetric): string[] {
  if (min !== undefined && min > 0 && min <= 1)
    return [
      `has min ${min}, and the rate is in percent, so that ${min} % is enough; write ${Math.round(min * 1e6) / 1e4}`,
    ]
  if (min === undefined && max !== undefined && max < 100)
    return [`has max ${max} and no min, so that it passes the worse the requests go; set min`]
  return []
}

const names = 'name, namespace, target, service, ingress, route, interval, variables'

/** What to do about a question that can't be put, where the problem does not say so itself. */
function remedyFor(check: MetricCheck, problem: string): string {
  return /; (add|set|use|write) |, use one of /.test(problem) ? '' : `; ${remedyOf(check, problem)}`
}

function remedyOf({ kind, metric: { templateRef } }: MetricCheck, problem: string): string {
  if (/gave up after/.test(problem)) return 'have the queries loop less, or name fewer metrics'
  if (/no entry for key "?[A-Z]/.test(problem))
    return 'write {{ namespace }} in place of {{ .Namespace }}, and so on'
  if (/the query is empty/.test(problem)) return 'write it'
  if (/map has no entry for key/.test(problem)) return 'add it to templateVariables'
  if (/function \S+ not defined/.test(problem)) return `use one of ${names}`
  if (/template (parsing|excution) failed/.test(problem)) return 'correct the query'
  if (kind !== 'template') return 'correct spec.metricsServer'
  if (/metrictemplate\.flagger\.app "[^"]*" not found/.test(problem))
    return 'create the MetricTemplate, or correct templateRef'
  if (/ secret /.test(problem))
    return `create the Secret in namespace ${templateRef?.namespace}, or correct secretRef`
  return 'correct the MetricTemplate'
}
