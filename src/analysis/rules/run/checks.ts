/** The checks of a run, one after the other; the first that fails is counted, and ends the step. */

import { stamp } from '../../../stamp.ts'
import type { Effect, Observation, Step, Verdict } from '../../decision.ts'
import {
  askHooks,
  askMetrics,
  canaryName,
  isStep,
  phaseOf,
  report,
  targetName,
  told,
  toPrimary,
  warning,
  writeStatus,
} from '../../effects/act.ts'
import { judgedWorse } from '../../effects/rollback.ts'
import { act, retreat } from '../../effects/upkeep.ts'
import { isTooManyInRow, nextTick } from '../../pacing.ts'
import { countedWeight, readRoutes } from '../../routes.ts'
import { doomOf } from '../../status/faults.ts'
import { changeRun, checksAfter, counters, runOf } from '../../status/status.ts'
import { adapt } from '../../strategy.ts'
import type { Turn } from '../../turn.ts'
import { type Noted, noted, type Rule } from '../rule.ts'

/** What every step of a run must pass before it moves on. */
export const checks: readonly Rule[] = [
  {
    name: 'analysisBegins',
    because: 'the start of a run is told, and each new try of it',
    yields: true,
    apply: tellBegin,
  },
  {
    name: 'nothingCanPass',
    because: 'what cannot pass in any run fails before a user meets the canary',
    yields: true,
    apply: failEarly,
  },
  {
    name: 'preRolloutHooks',
    because: 'asked until they pass, before anything reaches the canary',
    apply: (turn) =>
      (isAtStart(turn.seen) || hasKeptUsers(turn.seen)) && !runOf(turn.seen).preRolloutPassed
        ? passing(turn, askHooks(turn, 'pre-rollout', 'Progressing'))
        : undefined,
  },
  {
    name: 'rolloutHooks',
    because: 'asked before the metrics, once something reaches the canary',
    apply: (turn) =>
      isAtStart(turn.seen) ? undefined : passing(turn, askHooks(turn, 'rollout', 'Progressing')),
  },
  {
    name: 'metricChecks',
    because: 'users of the canary must fare well',
    apply: (turn) =>
      isAtStart(turn.seen) ? undefined : passing(turn, askMetrics(turn, 'metrics')),
  },
  {
    name: 'strategyIsFitted',
    because:
      'what the provider is unable to do is said once in a run, when there is something to go on with',
    apply: tellFitted,
  },
]

/** Nothing has reached the canary yet: there is nothing to measure. */
function isAtStart(seen: Observation): boolean {
  const routes = readRoutes(seen) ?? toPrimary
  const iterations = seen.canary.status.iterations ?? 0
  return (
    phaseOf(seen) === 'Progressing' &&
    countedWeight(seen, routes) === 0 &&
    iterations === 0 &&
    !routes.mirrored
  )
}

/** A run that began with the users of the one before: nothing of its own has passed yet. */
function hasKeptUsers(seen: Observation): boolean {
  return phaseOf(seen) === 'Progressing' && runOf(seen).keptWeight !== undefined
}

/** What failed, or waits, is not the first look of its run any more. */
function isFirst(seen: Observation): boolean {
  return runOf(seen).nextTickAt === undefined
}

/** A start that failed is told again when it is tried again, as by Flagger; one that waits is not. */
function tellBegin({ seen }: Turn): Noted | undefined {
  const isAgain = (seen.canary.status.failedChecks ?? 0) > 0
  if (!isAtStart(seen) || !(isFirst(seen) || isAgain)) return undefined
  const message = `Starting canary analysis for ${targetName(seen)}`
  const again = isFirst(seen) ? {} : { routine: true as const }
  return noted([{ kind: 'event', type: 'Normal', message, phase: phaseOf(seen), ...again }])
}

function failEarly(turn: Turn): Step | undefined {
  const doom = isAtStart(turn.seen) ? doomOf(turn.seen) : undefined
  return doom && countFailure(turn, doom)
}

function tellFitted({ seen }: Turn): Noted | undefined {
  if (!isFirst(seen)) return undefined
  return noted(adapt(seen).warnings.map((text) => warning(seen, text)))
}

/** Asks, counts a failure, or goes on with what the answer says. */
function passing(turn: Turn, verdict: Verdict | Step): Step | Noted {
  if (isStep(verdict)) return verdict
  if (verdict.final) return judgedWorse(turn, verdict)
  if (verdict.outcome === 'failed') return countFailure(turn, verdict)
  if (verdict.outcome === 'undecided') return awaitVerdict(turn, verdict)
  return noted(told(turn.seen, verdict), verdict.results)
}

/**
 * What can't be judged yet neither counts nor leads on. It is told like every wait, and written only
 * when it is news.
 */
export function awaitVerdict(
  { seen, before, results }: Turn,
  verdict: Verdict,
  noted: Parameters<typeof changeRun>[1] = {},
): Step {
  const next = nextTick(seen)
  const why = verdict.why ?? `${verdict.by ?? 'the measurement'} is undecided`
  const isKnown = runOf(seen).reason === why
  const waiting = changeRun(seen, {
    checks: checksAfter(seen, [...results, ...verdict.results]),
    nextTickAt: stamp(next),
    reason: why,
    ...noted,
  })
  const news = isKnown
    ? before.filter((effect) => !isRoutine(effect))
    : [writeStatus(waiting), ...before]
  const text = `Hold ${canaryName(seen)} advancement, undecided: ${why}`
  const events = [...told(seen, verdict), report(seen, text)]
  return act(seen, [...news, ...events], { wakeAt: next, paced: true })
}

function isRoutine(effect: Effect): boolean {
  return effect.kind === 'event' && effect.routine === true
}

/** One failed check, at most one a step; the rollback comes with the next look. */
function countFailure({ seen, before, results }: Turn, verdict: Verdict): Step {
  const { threshold, consecutiveThreshold } = seen.canary.analysis
  const failedChecks = (seen.canary.status.failedChecks ?? 0) + 1
  const failedInRow = (runOf(seen).failedInRow ?? 0) + 1
  const next = nextTick(seen)
  const progress = changeRun(seen, {
    checks: checksAfter(seen, [...results, ...verdict.results]),
    // Known where it is asked for, so that nobody else's status gets longer.
    ...(consecutiveThreshold > 0 && { failedInRow }),
    nextTickAt: stamp(next),
    reason: verdict.why ?? verdict.by,
  })
  const change = { ...counters(seen, { failedChecks }), ...progress }
  // The last failure is written before it is acted on, and that comes right after.
  const isOver = failedChecks >= threshold || isTooManyInRow(consecutiveThreshold, failedInRow)
  const wakeAt = isOver ? seen.now : next
  return retreat(seen, [writeStatus(change), ...before, ...told(seen, verdict)], {
    wakeAt,
    paced: true,
  })
}
