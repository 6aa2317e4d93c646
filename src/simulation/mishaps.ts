/** What fails or waits in a simulated run because somebody wants to see it. Pure. */
import type { Verdict } from '../analysis/decision.ts'
import { weightSteps } from '../analysis/weights.ts'
import type { Canary } from '../canary/canary.ts'
import type { Outcome } from '../metrics/asking.ts'
import type { MetricCheck } from '../metrics/checks.ts'
import type { Mishap, Recording } from './script.ts'
import type { Stage } from './stage.ts'

/** The mishap that is due for this metric or hook; `isFirst` of those that name none. */
export function mishapFor(
  stage: Stage,
  canary: Canary,
  { name, isFirst }: { name: string; isFirst: boolean },
): Mishap | undefined {
  return stage.mishaps.find(
    (one) => isDue(one, stage, canary) && (one.name === undefined ? isFirst : one.name === name),
  )
}

/** The stage without one of its mishaps: it has happened. */
export function happened(stage: Stage, mishap: Mishap): Stage {
  const at = stage.mishaps.indexOf(mishap)
  return { ...stage, mishaps: stage.mishaps.filter((_, index) => index !== at) }
}

/** The weights at which checks are made; empty for strategies whose steps are counted checks. */
export function checkedWeights({ strategy, analysis }: Canary): number[] {
  return strategy === 'canary' ? weightSteps(analysis) : []
}

function isDue({ at }: Mishap, { routes, resource }: Stage, canary: Canary): boolean {
  if ('weight' in at) return routes.canary === at.weight
  const { iterations = 0 } = resource.status
  const weights = checkedWeights(canary)
  const step = weights.length > 0 ? weights.indexOf(routes.canary) + 1 : iterations
  return step === at.step
}

/** An answer beyond the bounds of the metric. */
export function badOutcome({ metric: { min, max }, factor }: Bounded): Outcome {
  return { value: (max === undefined ? (min ?? 0) - 1 : max + Math.abs(max) + 1) / factor }
}

type Bounded = Pick<MetricCheck, 'metric' | 'factor'>

/** What a recording has of a metric; undefined where it does not know it. */
export function recordedOutcome(
  { names, rows }: Recording,
  { metric: { name }, factor }: Bounded,
  seconds: number,
): Outcome | undefined {
  if (!names.includes(name)) return undefined
  const value = rows.findLast((row) => row.seconds <= seconds)?.values[name]
  return value === undefined ? {} : { value: value / factor }
}

/** A hook that fails as if it had answered so. */
export function failedHook(name: string, type: string, canary: Canary): Verdict {
  const { label } = canary
  return {
    ...{ outcome: 'failed', by: name, why: 'the simulation fails it', results: [] },
    events: [
      { type: 'Warning', message: `Halt ${label} advancement ${type} check ${name} failed` },
    ],
  }
}

/** Whether a gate still waits for somebody, and the stage that knows since when. */
export function gateOn(
  stage: Stage,
  gate: string,
  delayMs: number,
): { stage: Stage; isOpen: boolean } {
  const key = `${gate} at ${stage.routes.canary}`
  const askedAt = stage.gates[key] ?? stage.now
  return {
    stage: { ...stage, gates: { ...stage.gates, [key]: askedAt } },
    isOpen: stage.now - askedAt >= delayMs,
  }
}
