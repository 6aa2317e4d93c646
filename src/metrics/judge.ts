/** Reads the answer to a metric check, and says what it means. */
import type { CheckResult } from '../analysis/decision.ts'
import { formatDuration } from '../canary/duration.ts'
import { formatFixed, formatFloat } from '../template/printing/go-numbers.ts'
import type { Outcome } from './asking.ts'
import type { MetricCheck } from './checks.ts'
import { scarcity } from './requests.ts'

export interface Judgement {
  ok: boolean
  /** Why it neither passed nor failed: the same is asked again. */
  undecided?: string
  /** Text of the warning event, where the check failed. */
  event?: string
  /** For `flagger_canary_metric_analysis`; durations in seconds. */
  recorded?: number
  result: CheckResult
}

/** Judges what came of a check. */
export function judge(check: MetricCheck, outcome: Outcome): Judgement {
  if ('problem' in outcome) return failed(check, outcome.problem, outcome.problem)
  // What the process itself was unable to ask says nothing of the canary.
  if ('isOurs' in outcome) return undecided(check, `it could not be asked: ${outcome.error}`)
  if ('error' in outcome) return judgeValue(check, outcome)
  const scarce = scarcity(check.metric, outcome)
  if (scarce && 'error' in scarce) return judgeValue(check, scarce)
  if (scarce) return undecided(check, scarce.few)
  const { value } = outcome
  return value === undefined ? withoutValue(check) : judgeValue(check, { value })
}

function withoutValue(check: MetricCheck): Judgement {
  switch (check.metric.noData) {
    case 'hold':
      return undecided(check, 'no values found')
    case 'pass':
      return { ok: true, result: { ...resultOf(check), ok: true } }
    default:
      return judgeValue(check, { value: undefined })
  }
}

function undecided(check: MetricCheck, why: string): Judgement {
  const text = `${check.metric.name} is undecided: ${why}`
  return { ok: false, undecided: text, result: { ...resultOf(check), ok: false, error: why } }
}

/** Judges a value, an error, or that there was no value. */
export function judgeValue(
  check: MetricCheck,
  read: { value: number | undefined } | { error: string },
): Judgement {
  if ('error' in read) return failed(check, queryFailed(check, read.error), read.error)
  if (read.value === undefined) return failed(check, noValues(check), 'no values found')
  if (!Number.isFinite(read.value)) {
    const why = `the value is ${formatFloat(read.value)}, not a finite number`
    return failed(check, queryFailed(check, why), why)
  }
  const isDuration = check.kind === 'request-duration'
  const value = isDuration ? Math.trunc(read.value * check.factor) : read.value
  const event = outOfBounds(check, value)
  return {
    ok: event === undefined,
    ...(event !== undefined && { event }),
    recorded: isDuration ? value / 1000 : value,
    result: { ...resultOf(check), ok: event === undefined, value },
  }
}

function failed(check: MetricCheck, event: string, error: string): Judgement {
  return { ok: false, event, result: { ...resultOf(check), ok: false, error } }
}

const units: Partial<Record<MetricCheck['kind'], string>> = {
  'request-success-rate': '%',
  'request-duration': 'ms',
}

function resultOf({ metric, kind }: MetricCheck): Omit<CheckResult, 'ok'> {
  const { name, min, max, interval } = metric
  const unit = units[kind]
  return {
    name,
    kind: 'metric',
    ...(unit !== undefined && { unit }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    window: interval,
  }
}

function queryFailed({ kind, metric, errorPrefix }: MetricCheck, error: string): string {
  if (kind === 'template') return `Metric query failed for ${metric.name}: ${error}`
  if (kind === 'inline') return `Prometheus query failed for ${metric.name}: ${error}`
  return `Prometheus query failed: ${errorPrefix}${error}`
}

function noValues({ kind, metric, source, target, errorPrefix }: MetricCheck): string {
  const start = 'Halt advancement no values found for'
  const error = 'no values found'
  if (kind === 'inline') return `${start} metric: ${metric.name}`
  if (kind === 'template') return `${start} custom metric: ${metric.name}: ${error}`
  const silent = `${start} ${source} metric ${kind} probably ${target} is not receiving traffic`
  return kind === 'request-duration' ? silent : `${silent}: ${errorPrefix}${error}`
}

function outOfBounds(check: MetricCheck, value: number): string | undefined {
  const { min, max } = boundsOf(check)
  if (min !== undefined && value < min) return halted(check, value, '<', min)
  if (max !== undefined && value > max) return halted(check, value, '>', max)
  return undefined
}

/** Durations are compared in whole milliseconds. */
function boundsOf({ kind, metric }: MetricCheck): { min?: number; max?: number } {
  const { min, max } = metric
  if (kind !== 'request-duration')
    return { ...(min !== undefined && { min }), ...(max !== undefined && { max }) }
  return {
    ...(min !== undefined && { min: Math.trunc(min) }),
    ...(max !== undefined && { max: Math.trunc(max) }),
  }
}

function halted(
  { kind, metric, canary }: MetricCheck,
  value: number,
  sign: '<' | '>',
  bound: number,
): string {
  const start = `Halt ${canary} advancement`
  if (kind === 'request-duration')
    return `${start} request duration ${formatDuration(value)} ${sign} ${formatDuration(bound)}`
  const number = formatFixed(value, 2)
  const limit = formatFloat(bound)
  return kind === 'request-success-rate'
    ? `${start} success rate ${number}% ${sign} ${limit}%`
    : `${start} ${metric.name} ${number} ${sign} ${limit}`
}
