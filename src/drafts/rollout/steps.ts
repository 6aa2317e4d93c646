/** The steps of a Rollout as what an analysis knows: growing weights, one interval, gates. Pure. */
import { formatDuration, parseDuration, shortDuration } from '../../canary/duration.ts'
import type { HookType } from './gates.ts'
import {
  type AnalysisUse,
  type HeaderMatch,
  type ImportRemark,
  others,
  remark,
  type Step,
} from './rollout.ts'

export interface Plan {
  weights: number[]
  /** Absent where no step has a duration. */
  interval: string | undefined
  gates: HookType[]
  /** Analyses that are steps. */
  analyses: AnalysisUse[]
  /** Of a header route, where that is all that the steps do. */
  match: object[]
  /** Percent of the requests that are copied. */
  mirrorWeight: number | undefined
  remarks: ImportRemark[]
}

interface Weighed {
  weight: number
  pauseMs: number | undefined
}

const known = ['setWeight', 'pause', 'analysis', 'setHeaderRoute', 'setMirrorRoute']
const path = 'spec.strategy.canary.steps'

/**
 * Weights, interval, gates and matches that come nearest to the steps; what has no counterpart is
 * in `remarks`.
 */
export function planOf(steps: readonly Step[]): Plan {
  const plan: Plan = {
    ...{ weights: [], interval: undefined, gates: [], analyses: [], match: [] },
    ...{ mirrorWeight: undefined, remarks: [] },
  }
  const weighed: Weighed[] = []
  for (const [at, step] of steps.entries()) take(step, at, { steps, plan, weighed })
  plan.weights = weighed.map(({ weight }) => weight)
  plan.interval = intervalOf(weighed, plan.remarks)
  if (plan.weights.length > 0 && plan.match.length > 0) {
    const message = 'a route by header beside weights has no counterpart'
    plan.remarks.push(remark('lost', path, message))
    plan.match = []
  }
  return plan
}

interface Walk {
  steps: readonly Step[]
  plan: Plan
  weighed: Weighed[]
}

function take(step: Step, at: number, walk: Walk): void {
  const { plan, weighed } = walk
  const field = `${path}[${at}]`
  const lost = (message: string) => plan.remarks.push(remark('lost', field, message))
  for (const name of others(step, known)) lost(`${name} has no counterpart`)
  if (step.setWeight !== undefined) takeWeight(step.setWeight, field, walk)
  if ('pause' in step) takePause(step, at, walk)
  if (step.analysis) takeAnalysis(step.analysis, field, walk)
  const { setHeaderRoute, setMirrorRoute } = step
  if (setHeaderRoute?.match) plan.match.push(...matchesOf(setHeaderRoute.match))
  if (!setMirrorRoute?.percentage) return
  plan.mirrorWeight = setMirrorRoute.percentage
  if (weighed.length > 0) lost('requests are copied before the first weight, and at no later step')
  if (setMirrorRoute.match) lost('all requests are copied, and not only those that match')
}

function takeAnalysis(analysis: AnalysisUse, field: string, { plan, steps }: Walk): void {
  plan.analyses.push(analysis)
  const weights = steps.filter(({ setWeight }) => setWeight !== undefined)
  if (weights.length < 2) return
  const message = 'its metrics are checked at every step, and not at this one alone'
  plan.remarks.push(remark('changed', `${field}.analysis`, message))
}

function takeWeight(weight: number, field: string, { plan, weighed }: Walk): void {
  const last = weighed.at(-1)?.weight ?? 0
  if (weight > last && weight <= 100) weighed.push({ weight, pauseMs: undefined })
  else if (weight !== 0 || last > 0) {
    const message = `weights must grow, and ${weight} stands after ${last}`
    plan.remarks.push(remark('essential', field, message))
  }
}

function takePause({ pause }: Step, at: number, { steps, plan, weighed }: Walk): void {
  const field = `${path}[${at}]`
  const last = weighed.at(-1)
  const ms = pause?.duration === undefined ? undefined : durationMs(pause.duration)
  if (ms !== undefined && last) {
    last.pauseMs = (last.pauseMs ?? 0) + ms
    return
  }
  if (ms !== undefined) {
    plan.remarks.push(remark('lost', field, 'a pause before the first weight is left out'))
    return
  }
  const isLater = steps.slice(at + 1).some(({ setWeight = 0 }) => setWeight > (last?.weight ?? 0))
  const gate = gateAt(last, isLater, plan)
  if (gate === 'confirm-traffic-increase')
    plan.remarks.push(
      remark(
        'changed',
        field,
        'the gate is asked before each further weight, not before one alone',
      ),
    )
  if (!plan.gates.includes(gate)) plan.gates.push(gate)
}

/** Where a person was asked: before the first step, between two, or before all users. */
function gateAt(last: Weighed | undefined, isLater: boolean, plan: Plan): HookType {
  const isTest = plan.match.length > 0
  if (last || isTest) {
    if (!isLater) return 'confirm-promotion'
    return last ? 'confirm-traffic-increase' : 'confirm-rollout'
  }
  return plan.mirrorWeight === undefined ? 'confirm-rollout' : 'confirm-traffic-increase'
}

/** Seconds where there is no unit. Undefined for what is no duration: a person goes on. */
function durationMs(duration: number | string): number | undefined {
  const text = `${duration}`.trim()
  return /^\d+$/.test(text) ? Number(text) * 1000 : parseDuration(text)
}

/** One pace for all steps: the longest of theirs. */
function intervalOf(weighed: readonly Weighed[], remarks: ImportRemark[]): string | undefined {
  const paces = new Set(weighed.map(({ pauseMs }) => pauseMs ?? 0))
  const longest = Math.max(0, ...paces)
  if (longest === 0) return undefined
  const interval = shortDuration(formatDuration(longest))
  // The last weight may be promoted at once.
  const between = new Set(weighed.slice(0, -1).map(({ pauseMs }) => pauseMs ?? 0))
  if (paces.size > 1 && (between.size > 1 || !between.has(longest)))
    remarks.push(
      remark('changed', path, `the steps have different durations; each takes ${interval} here`),
    )
  return interval
}

function matchesOf(matches: readonly HeaderMatch[]): object[] {
  const headers = matches.flatMap(({ headerName, headerValue }) =>
    headerName !== undefined && headerValue ? [[headerName, headerValue] as const] : [],
  )
  return headers.length > 0 ? [{ headers: Object.fromEntries(headers) }] : []
}
