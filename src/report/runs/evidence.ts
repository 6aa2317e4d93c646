/** The looks of a judged run, with the evidence after each: computed again, by the rules it went by. */
import type { JudgedMetric, JudgeStatus } from '../../canary/api.gen.ts'
import { fold, noEvidence } from '../../judge/evidence.ts'
import { subjectOf } from '../../judge/explain.ts'
import { readCheckpoint, readLooks } from '../../judge/log.ts'
import type { Count } from '../../judge/look.ts'
import { planIn } from '../../judge/record.ts'

export interface EvidenceRow {
  metric: string
  /** Counted from those that are kept. */
  look: number
  seconds: number
  canary: Count
  primary: Count
  /** Why nothing was learned from it; null where something was. */
  skipped: string | null
  harm: number
  safety: number
}

/** Every look that is kept, in order, metric by metric. */
export function evidenceRows(judge: JudgeStatus): EvidenceRow[] {
  return (judge.metrics ?? []).flatMap((metric) => rowsOf(judge, metric))
}

function rowsOf(judge: JudgeStatus, metric: JudgedMetric): EvidenceRow[] {
  const { bound: boundMs } = metric
  const name = subjectOf({ name: metric.name, ...(boundMs !== undefined && { boundMs }) })
  const plan = planIn(judge, metric)
  let state = readCheckpoint(metric.checkpoint ?? '', plan) ?? noEvidence(plan)
  return readLooks(metric.looks).map((look, at) => {
    state = fold(state, look, plan)
    const { seconds, canary, primary, skip } = look
    return {
      ...{ metric: name, look: at + 1, seconds, canary, primary },
      skipped: skip ?? (state.incidents > 0 ? 'incident' : null),
      harm: rounded(state.harm),
      safety: rounded(state.safety),
    }
  })
}

/** The evidence of its logarithm, as the status has it. */
const rounded = (log: number): number => Number(Math.exp(Math.min(600, log)).toPrecision(3))
