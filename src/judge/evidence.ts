/**
 * The evidence for and against a canary, folded look by look. Each is a capital that starts at 1 and,
 * if the claim that it bets against is true, exceeds 1/p with probability p at most, however often
 * one looks (Ville's inequality). All are kept as logarithms.
 */
import { againstRate, againstRatio, factorsOf } from './bets.ts'
import type { Look } from './look.ts'
import { better, logAdd, logMix, worse } from './mixture.ts'
import { type Plan, speedLimit, startWeight } from './plan.ts'

export interface Evidence {
  /** Minutes begun; a look of a minute or longer is one. */
  minutes: number
  /** Seconds of the current minute that have been looked at. */
  filled: number
  /** What the current minute adds to each bet on harm, before the speed limit. */
  part: readonly number[]
  /** The current minute holds a gross failure: there is no limit. */
  gross: boolean
  /** Prior mass of the regressions that start at a later look. */
  unstarted: number
  /** Logarithms of the capital of each bet. */
  bets: Bets
  ratioProven: boolean
  objectiveProven: boolean
  /** So many looks in a row, up to the last, were at incidents of the primary: none was learned from. */
  incidents: number
  /** Logarithms of the evidence after the last look that counted. */
  harm: number
  safety: number
  objective: number
}

export interface Bets {
  /** Worse than the primary; without what `part` adds. */
  harm: readonly number[]
  /** Above the rate that is ignored. */
  harmAbs: readonly number[]
  /** Less than `ratio` times the primary. */
  safe: readonly number[]
  /** Below the rate that is ignored. */
  safeAbs: readonly number[]
  /** Below `ratio` times the objective. */
  safeObjective: readonly number[]
}

const nothing = worse.powers.map(() => 0)
const unbegun = worse.powers.map(() => Number.NEGATIVE_INFINITY)
const even = better.powers.map(() => 0)

/** Before the first look. */
export function noEvidence(plan: Plan): Evidence {
  return {
    minutes: 0,
    filled: 60,
    part: nothing,
    gross: false,
    unstarted: 1,
    bets: { harm: unbegun, harmAbs: unbegun, safe: even, safeAbs: even, safeObjective: even },
    ratioProven: false,
    objectiveProven: plan.objective === undefined,
    incidents: 0,
    harm: 0,
    safety: 0,
    objective: 0,
  }
}

/** One look more. */
export function fold(before: Evidence, look: Look, plan: Plan): Evidence {
  if (look.skip === 'gap' || look.skip === 'birth') return { ...before, incidents: 0 }
  const begun = before.filled >= 60 ? minuteBegun(before, plan) : before
  const timed = {
    ...begun,
    filled: begun.filled + look.seconds,
    gross: begun.gross || isGross(look, plan),
    incidents: isIncident(look, plan) ? before.incidents + 1 : 0,
  }
  return timed.incidents > 0 ? timed : weighed(learned(timed, look, plan), plan)
}

/** Closes the last minute under the speed limit, and lets new regressions start. */
function minuteBegun(before: Evidence, plan: Plan): Evidence {
  const minutes = before.minutes + 1
  const start = startWeight(minutes, plan)
  const join = (log: number) => logAdd(log, Math.log(start))
  const { bets } = before
  return {
    ...before,
    minutes,
    filled: 0,
    part: nothing,
    gross: false,
    unstarted: Math.max(0, before.unstarted - start),
    bets: { ...bets, harm: closedHarm(before, plan).map(join), harmAbs: bets.harmAbs.map(join) },
  }
}

/** The bets on harm with what the current minute adds to them, under the speed limit. */
export function closedHarm({ bets, part, gross }: Evidence, { dispersion }: Plan): number[] {
  const most = gross ? Number.POSITIVE_INFINITY : Math.log(speedLimit(dispersion))
  return plus(bets.harm, part, most)
}

/** A canary that plainly fails; it is gone after one look. */
function isGross({ canary, primary }: Look, { dispersion }: Plan): boolean {
  const { bad, all } = canary
  const isMany = bad >= all / 4 && bad >= 10 * dispersion.cluster
  return isMany && bad * primary.all >= 5 * primary.bad * all
}

/**
 * The primary fails far more often than usual: what befalls both versions would pass for proof that
 * they are alike. It looks at the primary alone, so that the canary's luck cannot bias it.
 */
function isIncident(look: Look, plan: Plan): boolean {
  const { usual, ignoreBelow, compareTo } = plan
  if (usual === undefined || compareTo === 'Objective' || isGross(look, plan)) return false
  const { bad, all } = look.primary
  const expected = 3 * all * usual
  return bad > expected + 4 * Math.sqrt(expected) + 4 && bad > all * ignoreBelow
}

function learned(before: Evidence, look: Look, plan: Plan): Evidence {
  const { bets } = before
  const { ratio, ignoreBelow, objective = 0, dispersion, compareTo } = plan
  const { up, down } = factorsOf(ratio)
  const bet = { canary: look.canary, primary: look.primary, dispersion }
  const adds =
    compareTo === 'Objective' ? againstRate(bet, objective, up) : againstRatio(bet, 1, up)
  return {
    ...before,
    part: plus(before.part, adds),
    bets: {
      harm: bets.harm,
      harmAbs: plus(bets.harmAbs, againstRate(bet, ignoreBelow, up)),
      safe: plus(bets.safe, againstRatio(bet, ratio, down)),
      safeAbs: plus(bets.safeAbs, againstRate(bet, ignoreBelow, down)),
      safeObjective: plus(bets.safeObjective, againstRate(bet, objective * ratio, down)),
    },
  }
}

/** The three pieces of evidence, and what they have proven by now; what is proven stays so. */
function weighed(state: Evidence, plan: Plan): Evidence {
  const { bets, unstarted } = state
  const rest = Math.log(unstarted)
  const mixed = (logs: readonly number[]) => logAdd(logMix(logs, worse.logWeights), rest)
  const safe = logMix(bets.safe, better.logWeights)
  const safety = logAdd(safe, logMix(bets.safeAbs, better.logWeights)) - Math.LN2
  const objective = plan.objective === undefined ? 0 : logMix(bets.safeObjective, better.logWeights)
  const proof = -Math.log(plan.missed)
  return {
    ...state,
    harm: Math.min(mixed(closedHarm(state, plan)), mixed(bets.harmAbs)),
    safety,
    objective,
    ratioProven: state.ratioProven || safety >= proof,
    objectiveProven: state.objectiveProven || objective >= proof,
  }
}

function plus(
  logs: readonly number[],
  adds: readonly number[],
  most = Number.POSITIVE_INFINITY,
): number[] {
  return logs.map((log, at) => log + Math.min(most, adds[at] ?? 0))
}

/**
 * What a pass asks of the metric and it has not shown yet: that it is not worse by the ratio, or that
 * it keeps its objective. Undefined where it has shown all.
 */
export function lackOf(
  { ratioProven, objectiveProven }: Evidence,
  { require, compareTo }: Plan,
): 'ratio' | 'objective' | undefined {
  const needsRatio = require === 'Ratio' && compareTo === 'Primary'
  if (needsRatio && !ratioProven) return 'ratio'
  return objectiveProven ? undefined : 'objective'
}
