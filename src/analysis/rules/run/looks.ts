/** Looks of the judge between two checks, where it is to look more often than the weight moves. */
import { isFinishing, isRunning } from '../../../canary/phases.ts'
import type { Decision, Observation, Step } from '../../decision.ts'
import { askMetrics, isStep, later, phaseOf, told } from '../../effects/act.ts'
import { judgedWorse } from '../../effects/rollback.ts'
import { dueAt, isDue } from '../../pacing.ts'
import { runOf } from '../../status/status.ts'
import type { Turn } from '../../turn.ts'
import { type Noted, noted, type Rule } from '../rule.ts'

export const judgeLooks: Rule = {
  name: 'judgeLooks',
  because: 'the judge may look more often than checks are due, and takes back what plainly fails',
  yields: true,
  apply: lookBetween,
}

/** A look that was taken is in the status that is seen: then none is due any more. */
function lookBetween(turn: Turn): Step | Noted | undefined {
  const { seen, verdicts } = turn
  const next = nextLook(seen)
  const isWanted = verdicts.looks !== undefined || (next !== undefined && next <= seen.now)
  if (isDue(seen) || !isWanted) return undefined
  const verdict = askMetrics(turn, 'looks')
  if (isStep(verdict)) return verdict
  return verdict.final ? judgedWorse(turn, verdict) : noted(told(seen, verdict))
}

/** Undefined where looks come along with the checks alone, or none was taken yet. */
function nextLook(seen: Observation): Date | undefined {
  const everyMs = betweenMs(seen)
  const last = Date.parse(runOf(seen).judge?.lastLook ?? '')
  if (everyMs === undefined || Number.isNaN(last)) return undefined
  return new Date(last + (seen.canary.analysis.judge?.delayMs ?? 0) + everyMs)
}

function betweenMs({ canary: { analysis } }: Observation): number | undefined {
  const { judge, intervalMs } = analysis
  return judge && judge.intervalMs < intervalMs ? judge.intervalMs : undefined
}

/** The next check, or the look before it; one that brought nothing is not taken again at once. */
export function wakeUntilDue(seen: Observation): Date {
  const look = nextLook(seen)
  if (!look) return dueAt(seen)
  const then = look > seen.now ? look : later(seen.now, betweenMs(seen) ?? 0)
  return earlier(then, dueAt(seen))
}

/** After a step, too, the canary is looked at before the next one. */
export function wakeForLook(seen: Observation, decision: Decision): Decision {
  const everyMs = betweenMs(seen)
  if (decision.kind === 'check' || !decision.paced || !decision.wakeAt) return decision
  const phase = phaseOf(seen)
  if (everyMs === undefined || !isRunning(phase) || isFinishing(phase)) return decision
  return { ...decision, wakeAt: earlier(decision.wakeAt, later(seen.now, everyMs)) }
}

const earlier = (a: Date, b: Date): Date => (a < b ? a : b)
