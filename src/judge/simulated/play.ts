/** Whole runs of a simulated canary, by the judge as it ships. */
import { dispersionOf, type Halves, usualRate } from '../dispersion.ts'
import { type Evidence, fold, noEvidence } from '../evidence.ts'
import type { Look } from '../look.ts'
import type { Plan } from '../plan.ts'
import { verdictOf } from '../verdict.ts'
import type { Draws } from './draws.ts'
import { failuresOf, type Path, type Pattern, pathOf } from './noise.ts'

export interface Service extends Pattern {
  requestsPerSecond: number
  /** Share of the primary's requests that fail. */
  rate: number
}

export interface Run extends Service {
  /** The canary's rate, from that of the primary. */
  effect: (rate: number) => number
  /** Percent to the canary, a step at each look. */
  weights: readonly number[]
  plan: Plan
  draws: Draws
  /** Time between looks, and how many there are until the limit; a minute, and as planned. */
  seconds?: number
  looks?: number
}

export interface Played {
  end: 'rolled back' | 'promoted' | 'undecided'
  /** Minutes until then. */
  minutes: number
  /** Failed requests beyond the primary's rate, until then. */
  failed: number
}

/** What one look comes to; undefined leads on. */
export interface Step {
  end?: 'rolled back' | 'promoted'
  /** The weight stays. */
  holds?: boolean
}

/** What decides at each look, with what it knows of those before. */
export type Rule = (look: Look, isLast: boolean) => Step

/** One run by the judge alone, to its end. */
export function play(run: Run): Played {
  return playBy(run, judgeOf(run.plan))
}

/** The judge as a rule of one run. */
function judgeOf(plan: Plan): Rule {
  let evidence: Evidence = noEvidence(plan)
  return (look, isLast) => {
    evidence = fold(evidence, look, plan)
    const verdict = verdictOf([{ name: 'errors', plan, evidence }])
    if (verdict.kind === 'fail') return { end: 'rolled back' }
    if (verdict.kind === 'pass') return isLast ? { end: 'promoted' } : {}
    return { holds: verdict.hold }
  }
}

/** A run by any rule that decides look by look. */
export function playBy(run: Run, rule: Rule): Played {
  const { weights, draws, plan, seconds = 60, looks = plan.plannedLooks } = run
  const path = pathOf(run, looks, draws)
  const [last, minutesEach] = [weights.length - 1, seconds / 60]
  let [step, failed] = [0, 0]
  for (let at = 0; at < looks; at++) {
    const look = lookAt(run, { at, seconds, path, weight: (weights[step] ?? 0) / 100 })
    failed += look.canary.all * (run.effect(run.rate) - run.rate)
    const { end, holds } = rule(look, step === last)
    if (end) return { end, minutes: (at + 1) * minutesEach, failed }
    step += holds || step === last ? 0 : 1
  }
  return { end: 'undecided', minutes: looks * minutesEach, failed }
}

interface Place {
  at: number
  seconds: number
  path: Path
  weight: number
}

function lookAt(run: Run, { at, seconds, path, weight }: Place): Look {
  const { requestsPerSecond, rate, effect, draws } = run
  const [canaryFactor = 1, primaryFactor = 1] = path.factors.map((factors) => factors[at])
  const added = path.added[at] ?? 0
  const all = [weight, 1 - weight].map((share) =>
    draws.poisson(seconds * requestsPerSecond * share),
  )
  const [n = 0, m = 0] = all
  const failures = (count: number, base: number, factor: number) =>
    failuresOf(count, Math.min(1, base * factor + added), run, draws)
  return {
    seconds,
    canary: { bad: failures(n, effect(rate), canaryFactor), all: n },
    primary: { bad: failures(m, rate, primaryFactor), all: m },
  }
}

/** The plan with what six hours of the primary say; incidents are rare, and none is in them. */
export function planAfter(service: Service, plan: Plan, draws: Draws, seconds = 60): Plan {
  const looks = historyOf(service, draws, seconds)
  const usual = usualRate(looks)
  return { ...plan, dispersion: dispersionOf(looks), ...(usual !== undefined && { usual }) }
}

const historyLooks = 360

function historyOf(service: Service, draws: Draws, seconds: number): Halves[] {
  const { requestsPerSecond, rate, noise } = service
  const quiet = noise === 'outage' ? { ...service, noise: 'independent' as const } : service
  const { factors } = pathOf(quiet, historyLooks, draws)
  return Array.from({ length: historyLooks }, (_, at) => {
    const [a, b] = factors.map((one) => one[at] ?? 1)
    const m1 = draws.poisson((seconds / 2) * requestsPerSecond)
    const m2 = draws.poisson((seconds / 2) * requestsPerSecond)
    return {
      first: failuresOf(m1, Math.min(1, rate * (a ?? 1)), quiet, draws),
      second: failuresOf(m2, Math.min(1, rate * (b ?? 1)), quiet, draws),
      share: m1 + m2 > 0 ? m1 / (m1 + m2) : 0.5,
      all: m1 + m2,
    }
  })
}
