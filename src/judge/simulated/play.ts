/** Whole runs of a simulated canary, by the judge as it ships. */
import { dispersionOf, type Halves, usualRate } from '../dispersion.ts'
import { type Evidence, fold, noEvidence } from '../evidence.ts'
import type { Look } from '../look.ts'
import type { Plan } from '../plan.ts'
import { verdictOf } from '../verdict.ts'
import type { Draws } from './draws.ts'
import { failuresOf, type Noise, type Path, pathOf } from './noise.ts'

export interface Service {
  requestsPerSecond: number
  /** Share of the primary's requests that fail. */
  rate: number
  noise: Noise
}

export interface Run extends Service {
  /** The canary's rate, from that of the primary. */
  effect: (rate: number) => number
  /** Percent to the canary, a step a minute. */
  weights: readonly number[]
  plan: Plan
  draws: Draws
}

export interface Played {
  end: 'rolled back' | 'promoted' | 'undecided'
  /** Minutes until then. */
  minutes: number
  /** Failed requests beyond the primary's rate, until then. */
  failed: number
}

/** What a step of the rollout comes to; it goes on while it is neither of the ends. */
interface State {
  step: number
  evidence: Evidence
  failed: number
}

export function play(run: Run): Played {
  const { plan, weights, draws, noise } = run
  const path = pathOf(noise, plan.plannedLooks, draws)
  let state: State = { step: 0, evidence: noEvidence(plan), failed: 0 }
  for (let minute = 0; minute < plan.plannedLooks; minute++) {
    const look = lookAt(run, { minute, path, weight: (weights[state.step] ?? 0) / 100 })
    const failed = state.failed + look.canary.all * (run.effect(run.rate) - run.rate)
    const evidence = fold(state.evidence, look, plan)
    const verdict = verdictOf([{ name: 'errors', plan, evidence }])
    const ended = { minutes: minute + 1, failed }
    if (verdict.kind === 'fail') return { end: 'rolled back', ...ended }
    const isLast = state.step === weights.length - 1
    if (verdict.kind === 'pass' && isLast) return { end: 'promoted', ...ended }
    const holds = verdict.kind === 'inconclusive' && verdict.hold
    state = { step: state.step + (holds || isLast ? 0 : 1), evidence, failed }
  }
  return { end: 'undecided', minutes: plan.plannedLooks, failed: state.failed }
}

function lookAt(
  { requestsPerSecond, rate, effect, noise, draws }: Run,
  { minute, path, weight }: { minute: number; path: Path; weight: number },
): Look {
  const [canaryFactor = 1, primaryFactor = 1] = path.factors.map((factors) => factors[minute])
  const added = path.added[minute] ?? 0
  const all = [weight, 1 - weight].map((share) => draws.poisson(60 * requestsPerSecond * share))
  const [n = 0, m = 0] = all
  const failures = (count: number, base: number, factor: number) =>
    failuresOf(count, Math.min(1, base * factor + added), noise, draws)
  return {
    seconds: 60,
    canary: { bad: failures(n, effect(rate), canaryFactor), all: n },
    primary: { bad: failures(m, rate, primaryFactor), all: m },
  }
}

/** The plan with what six hours of the primary say; incidents are rare, and none is in them. */
export function planAfter(service: Service, plan: Plan, draws: Draws): Plan {
  const looks = historyOf(service, draws)
  const usual = usualRate(looks)
  return { ...plan, dispersion: dispersionOf(looks), ...(usual !== undefined && { usual }) }
}

const historyMinutes = 360

function historyOf({ requestsPerSecond, rate, noise }: Service, draws: Draws): Halves[] {
  const kind = noise === 'outage' ? 'independent' : noise
  const { factors } = pathOf(kind, historyMinutes, draws)
  return Array.from({ length: historyMinutes }, (_, minute) => {
    const [a, b] = factors.map((one) => one[minute] ?? 1)
    const m1 = draws.poisson(30 * requestsPerSecond)
    const m2 = draws.poisson(30 * requestsPerSecond)
    return {
      first: failuresOf(m1, Math.min(1, rate * (a ?? 1)), kind, draws),
      second: failuresOf(m2, Math.min(1, rate * (b ?? 1)), kind, draws),
      share: m1 + m2 > 0 ? m1 / (m1 + m2) : 0.5,
      all: m1 + m2,
    }
  })
}
