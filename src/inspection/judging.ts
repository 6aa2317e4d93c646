/** Judges that have nothing to judge, and counts that nobody reads. */
import type { Fault } from '../analysis/decision.ts'
import type { EffectiveMetric } from '../canary/analysis.ts'
import type { Canary } from '../canary/canary.ts'
import { formatDuration, parseDuration, shortDuration } from '../canary/duration.ts'
import { isBuiltin, type MetricDeps } from '../metrics/checks.ts'
import { isJudgeable } from '../metrics/counting/arms.ts'
import { fatal, odd } from './fault.ts'

const at = 'spec.analysis.judge'

/** What is wrong with the judge of a Canary, and which settings of one nobody reads. */
export function judgeFaults(canary: Canary, deps: Pick<MetricDeps, 'meshProvider'>): Fault[] {
  const { judge, metrics } = canary.analysis
  if (!judge) return metrics.flatMap((metric, index) => unread(metric, index, `set ${at}: {}`))
  const off = metrics.flatMap((metric, index) =>
    metric.judge?.mode === 'Off' ? unread(metric, index, 'take judge.mode Off away') : [],
  )
  // Nobody asked for the shadow of a whole fleet here.
  if (!canary.spec.analysis.judge) return off
  if (canary.skipAnalysis)
    return [odd(`${at} has no effect beside spec.skipAnalysis; remove one of them`)]
  return [...off, ...durationFaults(canary), ...subjectFaults(canary, deps)]
}

/** Counts alone check nothing where nobody compares them. */
function unread(
  { name, counts, query, templateRef }: EffectiveMetric,
  index: number,
  remedy: string,
): Fault[] {
  if (!counts || query !== undefined || templateRef) return []
  const field = `spec.analysis.metrics[${index}] ${name}`
  const what = `has counts, which only a judge reads; ${remedy}, or ${remedy.startsWith('set') ? '' : 'set '}query`
  return [fatal(`${field} ${what}`, { name, kind: 'metric' })]
}

function durationFaults({ spec, analysis }: Canary): Fault[] {
  const { interval, warmup, delay, limit, soak, history } = spec.analysis.judge ?? {}
  const unread = Object.entries({ interval, warmup, delay, limit, soak, history }).flatMap(
    ([field, text]) =>
      text !== undefined && parseDuration(text) === undefined
        ? [odd(`${at}.${field} "${text}" is no duration, the default is used; write it like 10m`)]
        : [],
  )
  const everyMs = parseDuration(interval ?? '') ?? 0
  if (everyMs <= analysis.intervalMs) return unread
  const own = shortDuration(formatDuration(analysis.intervalMs))
  const text = `is longer than spec.analysis.interval, looks are ${own} apart; make it shorter, or leave it out`
  return [...unread, odd(`${at}.interval ${interval ?? ''} ${text}`)]
}

function subjectFaults(canary: Canary, deps: Pick<MetricDeps, 'meshProvider'>): Fault[] {
  const { metrics } = canary.analysis
  const odds = metrics.flatMap((metric, index) => metricFaults(canary, metric, index))
  if (metrics.some((metric) => isJudgeable(canary, metric, deps))) return odds
  const isKnown = metrics.some(({ name }) => isBuiltin(name))
  const why = isKnown
    ? ` by the series of provider ${canary.provider}, which hold both versions; give a metric counts`
    : ', so ranges decide; add request-success-rate, or a metric with counts'
  return [...odds, odd(`${at} has nothing to judge${why}`)]
}

/** What one metric asks of the judge that can't be had. */
function metricFaults(canary: Canary, metric: EffectiveMetric, index: number): Fault[] {
  const field = `spec.analysis.metrics[${index}] ${metric.name}`
  const { judge } = canary.analysis
  const { templateRef, bad = '', all = '' } = metric.counts ?? {}
  const isQuery = !metric.counts || templateRef !== undefined
  const selectors = Object.entries({ bad, all }).flatMap(([name, text]) =>
    isQuery || isSelector(text)
      ? []
      : [
          odd(
            `${field} counts.${name} is no selector of a counter as it is scraped; write name{label="value"}, without rate, sum or a recording rule`,
          ),
        ],
  )
  const isJudged = metric.counts !== undefined || isBuiltin(metric.name)
  if (!judge || !isJudged || judge.require !== 'Objective' || hasBar(metric)) return selectors
  const text = `has no thresholdRange, which ${at}.require Objective is to prove; set one, or require Ratio`
  return [...selectors, odd(`${field} ${text}`)]
}

/** A range that allows some failures, and not all. */
function hasBar({ name, counts, min, max }: EffectiveMetric): boolean {
  if (name === 'request-success-rate') return min !== undefined && min > 0 && min < 100
  return max !== undefined && max > 0 && (max < 100 || (name === 'request-duration' && !counts))
}

/** One metric name with its labels; what names in braces stand for is not known here. */
function isSelector(text: string): boolean {
  const plain = withoutTexts(text).trim()
  return plain !== '' && /^(?:[a-zA-Z_][a-zA-Z0-9_]*)?\s*(?:\{[^{}]*\})?$/.test(plain)
}

/** With an `x` for each name in braces, and nothing in quotes; in one pass, whatever it says. */
function withoutTexts(text: string): string {
  let plain = ''
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] ?? ''
    const isName = text.startsWith('{{', at)
    const isText = sign === '"' || sign === "'"
    if (!isName && !isText) {
      plain += sign
      continue
    }
    const end = isName ? text.indexOf('}}', at) + 1 : endOfText(text, at)
    // What never ends is no selector.
    if (end <= at) return `${plain}{`
    plain += isName ? 'x' : '""'
    at = end
  }
  return plain
}

/** The place of the quote that ends what one begins; zero where none does. */
function endOfText(text: string, begin: number): number {
  for (let at = begin + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === text[begin]) return at
  }
  return 0
}
