/** The checks of a canary with the last result of each, as people are shown them. Pure. */
import type { CheckResult } from '../canary/api.gen.ts'
import type { Canary } from '../canary/canary.ts'
import { isUnderWay } from '../canary/phases.ts'

export interface CheckItem {
  name: string
  kind: 'metric' | 'webhook'
  /** `metric`, or the type of the hook. */
  type: string
  value: number | null
  unit: string | null
  min: number | null
  max: number | null
  /** Null: not asked in this run, or not known. */
  ok: boolean | null
  failedCount: number
  window: string | null
  at: string | null
  error: string | null
  source: 'controller' | 'events' | null
}

/** Hooks that only tell something are no checks. */
const asked = [
  'rollout',
  'pre-rollout',
  'confirm-rollout',
  'confirm-traffic-increase',
  'confirm-promotion',
]

/**
 * Metrics and hooks in the order of the spec. Results come from the status; under Flagger, which
 * stores none, failed ones are read from events.
 */
export function checkItems(
  canary: Canary,
  events: readonly { at: string; message: string }[],
): CheckItem[] {
  const { analysis, status } = canary
  const results = status.canaryAnalysis?.checks
  const metrics = analysis.metrics.map((metric): CheckItem => {
    const limits = {
      min: metric.min ?? null,
      max: metric.max ?? null,
      window: metric.interval,
      unit: metric.name === 'request-duration' ? 'ms' : null,
    }
    const blank = { ...emptyItem(metric.name, 'metric', 'metric'), ...limits }
    const result = results?.find(({ name, kind }) => name === metric.name && kind === 'metric')
    if (result) return { ...blank, ...known(result) }
    return results ? blank : { ...blank, ...failureIn(events, metric.name, canary) }
  })
  const hooks = analysis.webhooks
    .filter(({ type }) => asked.includes(type))
    .map((hook): CheckItem => {
      const blank = emptyItem(hook.name, 'webhook', hook.type)
      const result = results?.find(({ name, kind }) => name === hook.name && kind === 'webhook')
      return result ? { ...blank, ...known(result) } : blank
    })
  return [...metrics, ...hooks]
}

function emptyItem(name: string, kind: CheckItem['kind'], type: string): CheckItem {
  return {
    name,
    kind,
    type,
    value: null,
    unit: null,
    min: null,
    max: null,
    ok: null,
    failedCount: 0,
    window: null,
    at: null,
    error: null,
    source: null,
  }
}

function known(result: CheckResult): Partial<CheckItem> {
  return {
    value: result.value ?? null,
    ok: result.ok,
    failedCount: result.failed,
    at: result.at ?? null,
    error: result.error ?? null,
    source: 'controller',
    ...(result.unit !== undefined && { unit: result.unit }),
    ...(result.min !== undefined && { min: result.min }),
    ...(result.max !== undefined && { max: result.max }),
    ...(result.window !== undefined && { window: result.window }),
  }
}

const builtinTexts: Record<string, string | undefined> = {
  'request-success-rate': 'success rate',
  'request-duration': 'request duration',
}

/** `Halt podinfo.test advancement request duration 512ms > 500ms`, in Flagger's words. */
function failureIn(
  events: readonly { at: string; message: string }[],
  metric: string,
  canary: Canary,
): Partial<CheckItem> {
  if (!isUnderWay(canary.status.phase) && canary.status.phase !== 'Failed') return {}
  const text = builtinTexts[metric] ?? metric
  const found = events.findLast(
    ({ message }) => message.startsWith('Halt ') && message.includes(`advancement ${text} `),
  )
  const value = found && /(-?\d+(?:\.\d+)?)(?:ms|%)? [<>]/.exec(found.message)?.[1]
  if (!found || value === undefined) return {}
  return { value: Number(value), ok: false, at: found.at, source: 'events' }
}
