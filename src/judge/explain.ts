/** The judge in sentences: those with figures are for events that come once, and for the status. */
import { againstRate, factorsOf } from './bets.ts'
import { lackOf } from './evidence.ts'
import { ratioOf } from './interval.ts'
import { better, logMix } from './mixture.ts'
import { evidenceOf, type Trial, totalsOf } from './record.ts'
import type { Judged, JudgeVerdict } from './verdict.ts'

type Subject = Pick<Trial, 'name' | 'boundMs'>

/** `request-duration over 500ms`; what has no bound, by its name. */
export function subjectOf({ name, boundMs }: Subject): string {
  return boundMs === undefined ? name : `${name} over ${timeText(boundMs)}`
}

const timeText = (ms: number): string => (ms < 1_000 ? `${ms}ms` : `${ms / 1_000}s`)

/** What a metric does that is not good, of counts and of durations. */
const failing = ({ name, boundMs }: Subject): string =>
  boundMs === undefined ? `${name} fails` : `${name} is over ${timeText(boundMs)}`

/** Why the canary is rolled back, with the figures. */
export function worseBy(trial: Trial, harm: number): string {
  const { plan, looks } = trial
  const { canary, primary } = totalsOf(trial)
  const evidence = `evidence ${amount(harm)} of ${amount(-Math.log(plan.falseRollback))}`
  const counted = `${canary.bad} of ${canary.all} against ${primary.bad} of ${primary.all}`
  if (plan.compareTo === 'Objective')
    return `${failing(trial)} more often than its range allows, ${canary.bad} of ${canary.all}, ${evidence}`
  const { estimate, low, high } = ratioOf(looks, plan)
  const times = `${estimate.toFixed(1)} times as often as the primary`
  return `${failing(trial)} ${times} (${low.toFixed(1)} to ${high.toFixed(1)}), ${counted}, ${evidence}`
}

/** Why a run goes back in which the primary fails as well. */
export function bothFail(trial: Trial, looks: number): string {
  const { bad, all } = trial.looks.at(-1)?.primary ?? { bad: 0, all: 0 }
  const usual = (trial.plan.usual ?? 0) * all
  const often = usual > 0 ? `${Math.round(bad / usual)} times as often as` : 'more often than'
  return `${subjectOf(trial)}: the primary fails ${often} usual, at ${looks} looks in a row`
}

/** Why nothing is decided, without figures: the same text is told once. */
export function unsureBecause(verdict: Extract<JudgeVerdict, { kind: 'inconclusive' }>): string {
  const { by } = verdict
  switch (verdict.reason) {
    case 'Caution':
      return `the judge holds: ${subjectOf(by)} may be worse than at the primary`
    case 'Incident':
      return `the judge holds: the primary fails far more often than usual by ${subjectOf(by)}`
    default:
      return unprovenOf(by)
  }
}

/** Which of the two proofs a pass waits for; with both, it waits for what points to harm to pass. */
function unprovenOf(of: Judged): string {
  const none = 'the judge has no proof yet that'
  switch (lackOf(of.evidence, of.plan)) {
    case 'ratio':
      return `${none} ${failing(of)} less than ${of.plan.ratio} times as often as at the primary`
    case 'objective':
      return `${none} ${of.name} keeps within its range`
    default:
      return `the judge waits until nothing points to harm by ${subjectOf(of)}`
  }
}

/** How far it is, of a metric that is not decided: `, evidence 7.1 of 20, about 6 looks to go`. */
export function unsureBy(trial: Trial, reason: 'Caution' | 'Incident' | 'NeedsData'): string {
  const evidence = evidenceOf(trial)
  const { falseRollback, missed } = trial.plan
  if (reason === 'Incident') return ''
  if (reason === 'Caution')
    return `, evidence ${amount(evidence.harm)} of ${amount(-Math.log(falseRollback))}`
  const lack = lackOf(evidence, trial.plan)
  if (lack === undefined) return ''
  const found = lack === 'ratio' ? evidence.safety : evidence.objective
  const proof = `, evidence ${amount(found)} of ${amount(-Math.log(missed))}`
  const left = lack === 'ratio' ? looksToGo(trial) : undefined
  return left === undefined
    ? proof
    : `${proof}, about ${left} ${left === 1 ? 'look' : 'looks'} to go`
}

const recent = 5

/** By the mean growth of the last looks; undefined where it does not grow. */
function looksToGo(trial: Trial): number | undefined {
  const { looks, plan } = trial
  if (looks.length <= recent) return undefined
  const now = evidenceOf(trial).safety
  const growth = (now - evidenceOf({ ...trial, looks: looks.slice(0, -recent) }).safety) / recent
  const left = Math.ceil((-Math.log(plan.missed) - now) / growth)
  return growth > 0 && left > 0 && left < 1_000 ? left : undefined
}

/** What is known at the limit: `err: 214 canary requests, 0 failures; rate at most 2.3 % (95 %)`. */
export function seenSoFar(trial: Trial): string {
  const { bad, all } = totalsOf(trial).canary
  const what = trial.boundMs === undefined ? 'failures' : `over ${timeText(trial.boundMs)}`
  const most = Number((100 * mostRate(trial)).toPrecision(2))
  return `${trial.name} ${all} canary requests, ${bad} ${what}; rate at most ${most} % (95 %)`
}

/** The smallest rate that the looks contradict with 19 of 20: as in the evidence of safety. */
function mostRate({ looks, plan }: Trial): number {
  const { down } = factorsOf(plan.ratio)
  const counted = looks.filter(({ skip }) => skip === undefined)
  const isContradicted = (rate: number): boolean => {
    const sums = down.map(() => 0)
    for (const { canary } of counted)
      for (const [at, add] of againstRate(
        { canary, dispersion: plan.dispersion },
        rate,
        down,
      ).entries())
        sums[at] = (sums[at] ?? 0) + add
    return logMix(sums, better.logWeights) >= Math.log(20)
  }
  let [low, high] = [Math.log(1e-7), 0]
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2
    if (isContradicted(Math.exp(middle))) high = middle
    else low = middle
  }
  return Math.exp(high)
}

/** That the canary passed, with the figures of the least sure metric. */
export function passedWith(trials: readonly Trial[]): string {
  const safety = Math.min(...trials.map((trial) => evidenceOf(trial).safety))
  const [first] = trials
  if (!first) return ''
  const looks = `${totalsOf(first).looks} looks`
  const { plan } = first
  if (plan.require === 'Objective') return `within its range after ${looks}`
  const proof = `evidence ${amount(safety)} of ${amount(-Math.log(plan.missed))}`
  return `less than ${plan.ratio} times the primary's failures after ${looks}, ${proof}`
}

/** Evidence from its logarithm, as people read it. */
function amount(log: number): string {
  if (log > Math.log(1e6)) return 'over a million'
  const value = Math.exp(log)
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(2)))
}
