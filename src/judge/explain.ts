/** The judge in sentences: those with figures are for events that come once, and for the status. */
import { ratioOf } from './interval.ts'
import { evidenceOf, type Trial, totalOf } from './record.ts'
import type { JudgeVerdict } from './verdict.ts'

/** Why the canary is rolled back, with the figures. */
export function worseBy(trial: Trial, harm: number): string {
  const { name, plan, looks } = trial
  const canary = totalOf(looks.map((look) => look.canary))
  const primary = totalOf(looks.map((look) => look.primary))
  const evidence = `evidence ${amount(harm)} of ${amount(-Math.log(plan.falseRollback))}`
  const counted = `${canary.bad} of ${canary.all} against ${primary.bad} of ${primary.all}`
  if (plan.compareTo === 'Objective')
    return `${name} fails more often than its range allows, ${canary.bad} of ${canary.all}, ${evidence}`
  const { estimate, low, high } = ratioOf(looks, plan)
  const times = `${estimate.toFixed(1)} times as often as the primary`
  return `${name} fails ${times} (${low.toFixed(1)} to ${high.toFixed(1)}), ${counted}, ${evidence}`
}

/** Why nothing is decided, without figures: the same text is told once. */
export function unsureBecause(verdict: Extract<JudgeVerdict, { kind: 'inconclusive' }>): string {
  const { name, plan } = verdict.by
  switch (verdict.reason) {
    case 'Caution':
      return `the judge holds: ${name} may be worse than at the primary`
    case 'Incident':
      return `the judge holds: the primary fails far more often than usual by ${name}`
    default:
      return `the judge has no proof yet that ${provenBy(name, plan)}`
  }
}

function provenBy(name: string, plan: Trial['plan']): string {
  if (plan.compareTo === 'Objective' || plan.require === 'Objective')
    return `${name} keeps within its range`
  return `${name} fails less than ${plan.ratio} times as often as at the primary`
}

/** That the canary passed, with the figures of the least sure metric. */
export function passedWith(trials: readonly Trial[]): string {
  const safety = Math.min(...trials.map((trial) => evidenceOf(trial).safety))
  const [first] = trials
  if (!first) return ''
  const looks = `${first.looks.length} looks`
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
