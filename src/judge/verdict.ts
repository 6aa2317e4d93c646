/** What the evidence of all judged metrics comes to. */
import { type Evidence, lackOf } from './evidence.ts'
import { logMean } from './mixture.ts'
import { caution, type Plan } from './plan.ts'

export interface Judged {
  name: string
  /** Of durations: what takes longer is a failure. */
  boundMs?: number
  plan: Plan
  evidence: Evidence
}

export type JudgeVerdict =
  | { kind: 'fail'; worst: Judged; harm: number }
  | { kind: 'pass' }
  | {
      kind: 'inconclusive'
      reason: 'Caution' | 'Incident' | 'NeedsData'
      hold: boolean
      by: Judged
    }

/**
 * The mean of the evidence of harm is what may reach the limit: it is valid whatever the metrics
 * have to do with each other, and one metric alone suffices at its multiple (Vovk and Wang, 2021).
 * A metric that is judged by several bounds counts once, with their mean. To pass, each must: a bad
 * canary has to slip through at its bad metric.
 */
export function verdictOf(metrics: readonly [Judged, ...Judged[]]): JudgeVerdict {
  const [{ plan }] = metrics
  const harm = harmOf(metrics)
  const worst = most(metrics, ({ evidence }) => evidence.harm)
  if (harm >= -Math.log(plan.falseRollback)) return { kind: 'fail', worst, harm }
  const incident = metrics.find(({ evidence }) => evidence.incidents > 0)
  if (incident) return { kind: 'inconclusive', reason: 'Incident', hold: true, by: incident }
  if (harm >= Math.log(caution))
    return { kind: 'inconclusive', reason: 'Caution', hold: true, by: worst }
  const unproven = metrics.filter((one) => lackOf(one.evidence, one.plan) !== undefined)
  if (unproven.length === 0 && harm < 0) return { kind: 'pass' }
  const [first = worst, ...others] = unproven
  const by = most([first, ...others], (one) => -proofOf(one))
  return { kind: 'inconclusive', reason: 'NeedsData', hold: false, by }
}

/** The logarithm of the evidence for what the metric has not shown yet. */
function proofOf({ evidence, plan }: Judged): number {
  return lackOf(evidence, plan) === 'objective' ? evidence.objective : evidence.safety
}

function harmOf(metrics: readonly Judged[]): number {
  const byName = Map.groupBy(metrics, ({ name }) => name)
  const harms = [...byName.values()].map((bounds) =>
    logMean(bounds.map(({ evidence }) => evidence.harm)),
  )
  return logMean(harms)
}

function most(metrics: readonly [Judged, ...Judged[]], of: (one: Judged) => number): Judged {
  return metrics.reduce((best, one) => (of(one) > of(best) ? one : best))
}
