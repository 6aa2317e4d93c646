/** The text of a message, by the `messageTemplate` of an AlertProvider. */
import type { Canary } from '../canary/canary.ts'
import { messageOf } from '../errors.ts'
import { type Budget, createBudget } from '../template/budget.ts'
import { parseTemplate } from '../template/parsing/parse.ts'
import { render } from '../template/render.ts'
import { isMap } from '../template/values.ts'
import type { Alert } from './notifier.ts'

export interface TemplateOf {
  canary: Canary
  alert: Alert
  /** Of the notifier: the template may hold its markup, the values never do. */
  escape?: ((text: string) => string) | undefined
  /** Shared with the other receivers of the alert. */
  budget?: Budget | undefined
}

export interface TemplatedMessage {
  message: string
  /** Why the template was not used; an alert is sent all the same, in its own words. */
  problem?: string
}

/**
 * Renders a template with `.Status`, `.Name`, `.Namespace`, `.Message`, `.Severity`, `.Metadata`
 * (labels and annotations of the canary, and fields of the alert) and
 * `.Occasion`, and `.CanaryAnalysis.Iterations`, the last result of each check: `.Metric`, `.Value`, `.Threshold`,
 * `.Failed`.
 */
export function messageFrom(
  template: string,
  { canary, alert, escape: plain = (text) => text, budget }: TemplateOf,
): TemplatedMessage {
  try {
    const parsed = parseTemplate(template, { name: 'messageTemplate', budget })
    const text = render(parsed, {
      data: escapedIn(dataOf(canary, alert), plain),
      missingKey: 'empty',
      budget,
    })
    return { message: withoutEmptyLines(text) || alert.message }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    return { message: alert.message, problem: why }
  }
}

/** Why a template can't be used, as far as that shows before there is an alert. */
export function messageProblem(template: string | undefined): string | undefined {
  if (template === undefined) return undefined
  try {
    parseTemplate(template, { name: 'messageTemplate', budget: createBudget() })
    return undefined
  } catch (cause) {
    return messageOf(cause)
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
    Occasion: alert.occasion,
    Metadata: { ...annotations, ...labels, ...Object.fromEntries(fields) },
    CanaryAnalysis: { Iterations: checksOf(canary) },
  }
}

function escapedIn(value: unknown, plain: (text: string) => string): unknown {
  if (typeof value === 'string') return plain(value)
  if (Array.isArray(value)) return value.map((item: unknown) => escapedIn(item, plain))
  if (!isMap(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, escapedIn(item, plain)]),
  )
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
function statusOf({ status }: Canary, { occasion }: Alert): string {
  if (occasion === 'failed' || occasion === 'succeeded') return occasion
  return (status.phase || 'Initializing').toLowerCase()
}

/** Actions that render to nothing leave their line behind. */
function withoutEmptyLines(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .join('\n')
}
