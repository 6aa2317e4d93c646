/** How far a run has come, and how long it may still take. */
import { weightSteps } from '../analysis/weights.ts'
import { movesTraffic } from '../canary/analysis.ts'
import type { Canary } from '../canary/canary.ts'

export interface Progress {
  /** Weights passed, or iterations done; null when the strategy has none. */
  step: number | null
  steps: number | null
  iteration: number | null
  iterations: number | null
  /** The next weight; null behind the last one, or when the strategy has no weights. */
  nextWeight: number | null
  /** Seconds until the run has ended if all checks pass, and with as many failures as allowed. */
  secondsLeft: { best: number; worst: number } | null
}

/** The canary weights of a run, one after the other; empty when it has none. */
export function weightsOf({ analysis, strategy }: Canary): number[] {
  if (strategy !== 'canary') return []
  return analysis.stepWeight > 0 || analysis.stepWeights.length > 0 ? weightSteps(analysis) : []
}

/** Where the run stands at this canary weight. `stale` leaves out the time: nobody works on it. */
export function progressOf(canary: Canary, weight: number, stale: boolean): Progress {
  const { status, analysis } = canary
  const weights = weightsOf(canary)
  const counted = analysis.iterations > 0
  const run = status.canaryAnalysis
  return {
    step: weights.length > 0 ? stepAt(weights, weight, run?.step) : null,
    steps: weights.length > 0 ? weights.length : null,
    // Flagger writes -1 while it waits for the promotion.
    iteration: counted ? iterationOf(canary) : null,
    iterations: counted ? analysis.iterations : null,
    nextWeight: weights.find((next) => next > weight) ?? null,
    secondsLeft: stale ? null : secondsLeft(canary, weight, weights),
  }
}

function stepAt(weights: number[], weight: number, reported: number | undefined): number {
  if (reported !== undefined && reported >= 0) return Math.min(reported, weights.length)
  return weights.filter((one) => one <= weight).length
}

function iterationOf({ status, analysis }: Canary): number {
  const done = status.iterations ?? 0
  if (status.phase === 'WaitingPromotion' || done < 0) return analysis.iterations
  return Math.min(done, analysis.iterations)
}

function secondsLeft(canary: Canary, weight: number, weights: number[]): Progress['secondsLeft'] {
  const { status, analysis } = canary
  const rounds = roundsLeft(canary, weight, weights)
  if (rounds === undefined) return null
  const seconds = analysis.intervalMs / 1000
  const spare = Math.max(0, analysis.threshold - (status.failedChecks ?? 0) - 1)
  return { best: Math.round(rounds * seconds), worst: Math.round((rounds + spare) * seconds) }
}

/** Intervals until the end: steps, the promotion, its traffic shifts, and the finish. */
function roundsLeft(canary: Canary, weight: number, weights: number[]): number | undefined {
  const { status, analysis } = canary
  const shifts = shiftsBack(canary)
  switch (status.phase) {
    case 'Progressing': {
      if (canary.skipAnalysis) return shifts + 2
      const left =
        weights.length > 0
          ? weights.filter((one) => one > weight).length
          : analysis.iterations - iterationOf(canary)
      return Math.max(0, left) + 1 + shifts + 1
    }
    case 'WaitingPromotion':
      return 1 + shifts + 1
    case 'Promoting':
      return shifts + 1
    case 'Finalising':
      return 1
    default:
      return undefined
  }
}

/** Moves of the traffic back to the primary, once it has the new version. */
export function shiftsBack(canary: Canary): number {
  const { provider, analysis } = canary
  const { stepWeightPromotion: back } = analysis
  if (!movesTraffic(provider)) return 0
  return back > 0 ? Math.ceil((weightsOf(canary).at(-1) ?? 100) / back) : 1
}

/** A time that has passed is none to come: a wait that costs no write leaves the old one there. */
const lateMs = 2_000

/** Seconds until the next look of a run; null where none is to come. */
export function nextIn({ status, analysis }: Canary, now: Date): number | null {
  const next = status.canaryAnalysis?.nextTickAt
  const last = Date.parse(status.lastTransitionTime ?? '')
  const due = next === undefined ? last + analysis.intervalMs : Date.parse(next)
  const leftMs = due - now.getTime()
  return leftMs >= -lateMs ? Math.max(0, Math.round(leftMs / 1000)) : null
}
