/** How often the judge, and a range, tell versions apart: seeded runs on the same traffic. */
import type { Plan } from '../plan.ts'
import { drawsFrom, type Random } from './draws.ts'
import { type Played, planAfter, play, playBy, type Rule, type Run, type Service } from './play.ts'

/** The Canary as it is played. */
export interface Rollout {
  weights: readonly number[]
  plan: Plan
  seconds: number
  looks: number
  /** The range of the check: least share of good answers, and so many failed checks end the run. */
  range?: { leastGood: number; threshold: number }
}

export interface Odds {
  rolledBack: number
  promoted: number
  undecided: number
  /** Median minutes until the traffic went back; absent where it never did. */
  foundMinutes?: number
  promotedMinutes?: number
  /** Mean failed requests beyond the primary's rate until the limit; of everybody, once promoted. */
  failed: number
}

export interface Compared {
  judge: Odds
  range?: Odds
}

export interface Sample {
  runs: number
  seed: number
  /** Gives a source of numbers in [0, 1): equal seeds, equal numbers. */
  random: (seed: number) => Random
}

const histories = 25

/** One kind of version, in so many runs. */
export function compare(
  { service, effect, rollout }: { service: Service; effect: Run['effect']; rollout: Rollout },
  { runs, seed, random }: Sample,
): Compared {
  const { plan, seconds, range } = rollout
  const plans = Array.from({ length: Math.min(histories, runs) }, (_, at) =>
    planAfter(service, plan, drawsFrom(random(7_000_000 + seed + at)), seconds),
  )
  const runOf = (at: number): Run => ({
    ...{ ...service, ...rollout, effect },
    plan: plans[at % plans.length] ?? plan,
    draws: drawsFrom(random(seed + at * 7_919 + 13)),
  })
  const all = Array.from({ length: runs }, (_, at) => at)
  const excess = service.requestsPerSecond * (effect(service.rate) - service.rate)
  const whole = (run: Played): Played => {
    const left = run.end === 'promoted' ? rollout.looks * seconds - run.minutes * 60 : 0
    return { ...run, failed: run.failed + left * excess }
  }
  const oddsBy = (played: (at: number) => Played) => oddsOf(all.map((at) => whole(played(at))))
  return {
    judge: oddsBy((at) => play(runOf(at))),
    ...(range && { range: oddsBy((at) => playBy(runOf(at), rangeOf(range))) }),
  }
}

/** As the controller checks ranges: a check that fails counts, and holds the weight. */
function rangeOf({ leastGood, threshold }: NonNullable<Rollout['range']>): Rule {
  let failedChecks = 0
  return ({ canary }, isLast) => {
    const isGood = canary.all > 0 && 1 - canary.bad / canary.all >= leastGood
    if (isGood) return isLast ? { end: 'promoted' } : {}
    failedChecks += 1
    return failedChecks >= threshold ? { end: 'rolled back' } : { holds: true }
  }
}

function oddsOf(runs: readonly Played[]): Odds {
  const of = (end: Played['end']) => runs.filter((run) => run.end === end)
  const found = median(of('rolled back').map(({ minutes }) => minutes))
  const promoted = median(of('promoted').map(({ minutes }) => minutes))
  return {
    rolledBack: of('rolled back').length / runs.length,
    promoted: of('promoted').length / runs.length,
    undecided: of('undecided').length / runs.length,
    ...(found !== undefined && { foundMinutes: found }),
    ...(promoted !== undefined && { promotedMinutes: promoted }),
    failed: runs.reduce((sum, { failed }) => sum + failed, 0) / runs.length,
  }
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)]
}
