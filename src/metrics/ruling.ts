/** What a look means for the run: the verdict of the judge, the limit, and looks without data. */
import type { EventType } from '../analysis/decision.ts'
import type { JudgeReason } from '../canary/api.gen.ts'
import type { Canary } from '../canary/canary.ts'
import { formatDuration, shortDuration } from '../canary/duration.ts'
import type { EffectiveJudge } from '../canary/judging.ts'
import {
  bothFail,
  passedWith,
  seenSoFar,
  unsureBecause,
  unsureBy,
  worseBy,
} from '../judge/explain.ts'
import { limitMsOf } from '../judge/planned.ts'
import { evidenceOf, type Trial } from '../judge/record.ts'
import { type JudgeVerdict, verdictOf } from '../judge/verdict.ts'
import type { Hearing, Looked } from './hearing.ts'

export interface Ruling {
  /**
   * `hold`: the weight stays; `open`: it may rise, and nothing is promoted yet. `none`: nothing is
   * judged in this run, and ranges decide.
   */
  kind: 'pass' | 'fail' | 'hold' | 'open' | 'none'
  reason?: JudgeReason
  /** The metric that decided it. */
  by: string
  /** In words that stay the same while it does. */
  why: string
  /** The same with figures, for the status. */
  detail?: string
  /** Told once. */
  event?: { type: EventType; message: string }
  /** The limit has passed: for the alert. */
  alert?: string
  /** So much is proven that the steps that remain may be left out. */
  isEnough?: true
}

export interface Case {
  settings: EffectiveJudge
  hearing: Hearing
  looked: Looked
  now: Date
  canary: Canary
}

type Known = Trial & { evidence: ReturnType<typeof evidenceOf> }

/**
 * What a look comes to: proof of harm first, then incidents and the limit of the run, then looks
 * that saw nothing. `none` where no metric is judged in this run.
 */
export function rulingOf(of: Case): Ruling {
  const { looked, settings } = of
  const blind = blindness(looked)
  const isAll = settings.mode === 'Shadow'
  const judged = looked.trials
    .filter(({ isShadow }) => isAll || !isShadow)
    .map((trial): Known => ({ ...trial, evidence: evidenceOf(trial) }))
  const [first, ...others] = judged
  if (!first) return blind ? { ...blind, kind: 'hold', by: '' } : { kind: 'none', by: '', why: '' }
  const verdict = verdictOf([first, ...others])
  if (verdict.kind === 'fail') return { kind: 'fail', ...harmOf(judged, verdict) }
  const harmed = incidentOf(of, judged)
  if (harmed) return harmed
  const limit =
    isOverLimit(of) && verdict.kind !== 'pass' ? atLimit(of, verdict, judged) : undefined
  if (limit) return limit
  if (blind) return { ...blind, kind: 'hold', by: '' }
  return verdict.kind === 'pass' ? passed(of, judged) : unsure(of, verdict)
}

function passed({ canary, settings }: Case, judged: readonly Known[]): Ruling {
  const why = passedWith(judged)
  const message = `Judge passed ${canary.label}: ${why}`
  const isNew = canary.status.canaryAnalysis?.judge?.verdict !== 'Pass'
  const isEnough = settings.steps === 'Skip' && judged.every(({ looks }) => looks.length >= fewest)
  return {
    ...{ kind: 'pass', by: '', why },
    ...(isNew && { event: { type: 'Normal', message } }),
    ...(isEnough && { isEnough }),
  }
}

/** Fewer looks leave out no step, whatever they prove. */
const fewest = 3

function unsure(of: Case, verdict: Extract<JudgeVerdict, { kind: 'inconclusive' }>): Ruling {
  const { reason, hold, by } = verdict
  const why = unsureBecause(verdict)
  const trial = of.looked.trials.find(({ plan }) => plan === by.plan)
  const left = trial ? unsureBy(trial, verdict.reason) : ''
  const detail = `${why}${left}`
  if (hold || !isOverLimit(of)) {
    const kind = hold ? 'hold' : 'open'
    return { kind, reason, by: by.name, why, detail }
  }
  return {
    ...overdue(of),
    kind: 'open',
    reason: 'Limit',
    by: by.name,
    why: `${why}; its limit has passed, a person may promote`,
    detail,
  }
}

/** The event and the alert of a run that nothing was proven of within its limit. */
function overdue({ looked, canary, settings }: Case): Pick<Ruling, 'event' | 'alert'> {
  const limit = shortDuration(formatDuration(limitMsOf(canary, settings)))
  const seen = looked.trials.map(seenSoFar).join('; ')
  const message = `Judge is inconclusive for ${canary.label} after ${limit}: ${seen}`
  const isNew = canary.status.canaryAnalysis?.judge?.reason !== 'Limit'
  return isNew ? { event: { type: 'Warning', message }, alert: message } : { alert: message }
}

function harmOf(
  judged: readonly Known[],
  { worst, harm }: Extract<JudgeVerdict, { kind: 'fail' }>,
) {
  const trial = judged.find(({ plan }) => plan === worst.plan)
  return { by: worst.name, why: trial ? worseBy(trial, harm) : worst.name }
}

const longestIncident = 3

/** A canary that harms the primary as well: who wants to, goes back. */
function incidentOf({ settings }: Case, judged: readonly Known[]): Ruling | undefined {
  if (settings.onIncident !== 'Rollback') return undefined
  const harmed = judged.find(({ evidence }) => evidence.incidents >= longestIncident)
  if (!harmed) return undefined
  return { kind: 'fail', by: harmed.name, why: bothFail(harmed, harmed.evidence.incidents) }
}

function isOverLimit({ hearing, now, canary, settings }: Case): boolean {
  return now.getTime() - Date.parse(hearing.startedAt) >= limitMsOf(canary, settings)
}

/** What the Canary wants at its limit; nothing that may be worse is promoted. */
function atLimit(
  { settings }: Case,
  verdict: JudgeVerdict,
  judged: readonly Known[],
): Ruling | undefined {
  const limit = { by: judged[0]?.name ?? '', reason: 'Limit' as const }
  if (settings.onInconclusive === 'Hold') return undefined
  if (settings.onInconclusive === 'Rollback')
    return { ...limit, kind: 'fail', why: 'nothing was proven within the limit' }
  const holds = verdict.kind === 'inconclusive' && verdict.hold
  const isSafe = judged.every(({ evidence }) => evidence.objectiveProven && evidence.harm < 0)
  if (isSafe && !holds)
    return { ...limit, kind: 'pass', why: 'the limit has passed, and nothing points to harm' }
  const why = 'the judge holds: the limit has passed, and the objective is not proven'
  return { ...limit, kind: 'hold', why }
}

/** Why nothing can be told: no look, no advance. */
function blindness({
  missing,
  isIdle,
  isEarly,
}: Looked): Pick<Ruling, 'why' | 'reason'> | undefined {
  const reason = 'NoData' as const
  if (isEarly)
    return {
      reason: 'NeedsData',
      why: 'the judge waits until the canary is warm and its first samples come',
    }
  if (missing !== undefined) return { reason, why: `the judge has no data: ${missing}` }
  return isIdle ? { reason, why: 'the judge has no data: the canary gets no traffic' } : undefined
}
