/** What a look means for the rollout: the verdict of the judge, the limit, and looks without data. */
import type { EventType } from '../analysis/decision.ts'
import type { JudgeReason } from '../canary/api.gen.ts'
import type { Canary } from '../canary/canary.ts'
import type { EffectiveJudge } from '../canary/judging.ts'
import { passedWith, unsureBecause, worseBy } from '../judge/explain.ts'
import { limitMsOf } from '../judge/planned.ts'
import { evidenceOf } from '../judge/record.ts'
import { type Judged, type JudgeVerdict, verdictOf } from '../judge/verdict.ts'
import type { Hearing, Looked } from './hearing.ts'

export interface Ruling {
  /** `hold`: the weight stays; `open`: it may rise, and nothing is promoted yet. */
  kind: 'pass' | 'fail' | 'hold' | 'open'
  reason?: JudgeReason
  /** The metric that decided it. */
  by: string
  why: string
  /** The event for a pass. */
  passed: { type: EventType; message: string }
}

interface Case {
  settings: EffectiveJudge
  hearing: Hearing
  looked: Looked
  now: Date
  canary: Canary
}

export function rulingOf(of: Case): Ruling {
  const { looked, canary, settings } = of
  const judged = looked.trials.map((trial): Judged => ({ ...trial, evidence: evidenceOf(trial) }))
  const [first, ...others] = judged
  const message = `Judge passed ${canary.label}: ${passedWith(looked.trials)}`
  const ruling = { by: '', passed: { type: 'Normal' as const, message } }
  if (!first) return { ...ruling, kind: 'open', why: '' }
  const verdict = verdictOf([first, ...others])
  if (verdict.kind === 'fail') return { ...ruling, kind: 'fail', ...harmOf(of, verdict) }
  const isPass = verdict.kind === 'pass'
  if (isOverLimit(of) && !isPass && settings.onInconclusive !== 'Hold')
    return { ...ruling, ...atLimit(of, verdict, [first, ...others]) }
  const blind = blindness(looked)
  if (blind !== undefined) return { ...ruling, kind: 'hold', reason: 'NoData', why: blind }
  if (isPass) return { ...ruling, kind: 'pass', why: passedWith(looked.trials) }
  const reason = isOverLimit(of) ? 'Limit' : verdict.reason
  const why = `${unsureBecause(verdict)}${isOverLimit(of) ? '; its limit has passed, a person may promote' : ''}`
  return { ...ruling, kind: verdict.hold ? 'hold' : 'open', reason, by: verdict.by.name, why }
}

function harmOf({ looked }: Case, { worst, harm }: Extract<JudgeVerdict, { kind: 'fail' }>) {
  const trial = looked.trials.find(({ name }) => name === worst.name)
  return { by: worst.name, why: trial ? worseBy(trial, harm) : worst.name }
}

function isOverLimit({ hearing, now, canary, settings }: Case): boolean {
  return now.getTime() - Date.parse(hearing.startedAt) >= limitMsOf(canary, settings)
}

/** What the Canary wants at its limit; nothing that may be worse is promoted. */
function atLimit({ settings }: Case, verdict: JudgeVerdict, judged: readonly Judged[]) {
  const [first] = judged
  const by = first?.name ?? ''
  const limit = { by, reason: 'Limit' as const }
  if (settings.onInconclusive === 'Rollback')
    return { ...limit, kind: 'fail' as const, why: 'nothing was proven within the limit' }
  const holds = verdict.kind === 'inconclusive' && verdict.hold
  const isSafe = judged.every(({ evidence }) => evidence.objectiveProven && evidence.harm < 0)
  if (isSafe && !holds)
    return {
      ...limit,
      kind: 'pass' as const,
      why: 'the limit has passed, and nothing points to harm',
    }
  return {
    ...limit,
    kind: 'hold' as const,
    why: 'the judge holds: the limit has passed, and the objective is not proven',
  }
}

/** Why nothing can be told: no look, no advance. */
function blindness({ missing, isIdle }: Looked): string | undefined {
  if (missing !== undefined) return `the judge has no data: ${missing}`
  return isIdle ? 'the judge has no data: the canary gets no traffic' : undefined
}
