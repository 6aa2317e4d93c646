/** Why a run ended as it did, in one sentence. Pure. */
import type { FailedCheck, PodTrouble, RunRecord } from '../../canary/api.gen.ts'
import { formatDuration, shortDuration } from '../../canary/duration.ts'
import { unmadeReasons } from '../../workloads/pods/pod-trouble.ts'
import { numberText } from './values.ts'

/** The reason of the record with what was behind it: the checks that failed, or the pods. */
export function causeOf(record: RunRecord): string {
  const { reason = '', result, checks = [], deadlineSeconds, pods = [] } = record
  if (result !== 'Failed') return reason
  const deadline =
    deadlineSeconds === undefined
      ? []
      : [`${shortDuration(formatDuration(deadlineSeconds * 1000))} passed`]
  const failing = deadlineSeconds === undefined ? checks.filter(({ ok }) => !ok) : []
  const details = [...deadline, ...failing.map(countedText), ...pods.map(podText)]
  return details.length > 0 ? `${reason}: ${details.join('; ')}` : reason
}

/** What is known of a check that failed, in the status or in a report. */
export interface CheckFacts {
  name: string
  kind: 'metric' | 'webhook'
  value?: number | null
  unit?: string | null
  min?: number | null
  max?: number | null
  error?: string | null
}

/** `request-success-rate 97.1 < 99`, or why there is no value. */
export function checkText(of: CheckFacts): string {
  const { name, kind, error } = of
  const [value, unit, min, max] = [
    of.value ?? null,
    of.unit ?? null,
    of.min ?? null,
    of.max ?? null,
  ]
  if (kind === 'webhook') return `hook ${name} failed${error ? `: ${error}` : ''}`
  if (error) return `${name} could not be measured: ${error}`
  if (value === null) return `${name} failed`
  const text = `${name} ${numberText(value, unit)}`
  if (min !== null && value < min) return `${text} < ${numberText(min, unit)}`
  return max === null ? text : `${text} > ${numberText(max, unit)}`
}

/** The same, with how often it failed in the run. */
export function countedText(check: FailedCheck): string {
  return `${checkText(check)} (failed ${check.failed === 1 ? 'once' : `${check.failed} times`})`
}

/** `REASON of pod NAME: MESSAGE`; where no pod was made, NAME is that of their owner. */
export function podText({ name, reason, message }: PodTrouble): string {
  const of = unmadeReasons.includes(reason) ? 'pods of' : 'pod'
  return `${reason} of ${of} ${name}${message ? `: ${message}` : ''}`
}
