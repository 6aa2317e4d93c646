/** The text of a message, by the `messageTemplate` of an AlertProvider. */
import type { Canary } from '../canary/canary.ts'
import { parseTemplate } from '../template/parse.ts'
import { render } from '../template/render.ts'
import type { Alert } from './notifier.ts'

export interface TemplatedMessage {
  message: string
  /** Why the template was not used; an alert is sent all the same, in its own words. */
  problem?: string
}

/**
 * Renders a template with `.Status`, `.Name`, `.Namespace`, `.Message`, `.Severity`, `.Metadata`
 * (labels and annotations of the canary, and fields of the alert) and
 * `.CanaryAnalysis.Iterations`, the last result of each check: `.Metric`, `.Value`, `.Threshold`,
 * `.Failed`.
 */
export function messageFrom(template: string, canary: Canary, alert: Alert): TemplatedMessage {
  try {
    const parsed = parseTemplate(template, { name: 'messageTemplate' })
    const text = render(parsed, { data: dataOf(canary, alert), missingKey: 'empty' })
    return { message: withoutEmptyLines(text) || alert.message }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    return { message: alert.message, problem: why }
  }
}

function dataOf(canary: Canary, alert: Alert) {
  const { labels, annotations } = canary.metadata
  const fields = alert.fields.map(({ name, value }) => [name, value])
  return {
    Status: statusOf(canary, alert),
    Name: canary.name,
    Namespace: canary.namespace,
    Message: alert.message,
    Severity: alert.severity,
    Metadata: { ...annotations, ...labels, ...Object.fromEntries(fields) },
    CanaryAnalysis: { Iterations: checksOf(canary) },
  }
}

function checksOf({ status }: Canary) {
  return (status.canaryAnalysis?.checks ?? []).map(({ name, ok, value, min, max, error }) => ({
    Metric: name,
    Failed: !ok,
    Value: value ?? error ?? '',
    Threshold: boundsText(min, max),
  }))
}

function boundsText(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return `${min} to ${max}`
  if (min !== undefined) return `at least ${min}`
  return max === undefined ? '' : `at most ${max}`
}

/** Alerts about the end of a run are decided before its end is stored. */
function statusOf({ status }: Canary, { severity, message }: Alert): string {
  if (severity === 'error' || message.startsWith('Rolling back')) return 'failed'
  if (message.endsWith('promotion finished.')) return 'succeeded'
  return (status.phase || 'Initializing').toLowerCase()
}

/** Actions that render to nothing leave their line behind. */
function withoutEmptyLines(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .join('\n')
}
