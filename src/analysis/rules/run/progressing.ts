/** A run under way: phases Progressing and WaitingPromotion, up to the first copy to the primary. */

import { stamp } from '../../../stamp.ts'
import { isBackAtPromoted, isMovedOn } from '../../change.ts'
import type { Observation, Step, Verdict } from '../../decision.ts'
import { awaitRoute } from '../../effects/acceptance.ts'
import {
  alert,
  askHooks,
  canaryName,
  isStep,
  later,
  notReady,
  phaseOf,
  report,
  told,
  warning,
  writeStatus,
} from '../../effects/act.ts'
import { restart } from '../../effects/begin.ts'
import {
  isCopied,
  isCopyUnnoted,
  noteCopy,
  notePromoted,
  noteRoutes,
  unnotedRoutes,
  withoutPods,
} from '../../effects/resume.ts'
import {
  abandon,
  deadlineExceeded,
  failPromotion,
  rollBack,
  rollbackWaits,
  thresholdReached,
} from '../../effects/rollback.ts'
import { isSkipCopied, skipPromotion } from '../../effects/skip.ts'
import { act, goesOnWithoutPrimary, hold } from '../../effects/upkeep.ts'
import { isDue, isOverThreshold, isRested, nextTick } from '../../pacing.ts'
import { isScaledDown, keepsUsersForNext, wayBackIsShut } from '../../pods.ts'
import { isOtherStrategy } from '../../routes.ts'
import { changeRun, runOf } from '../../status/status.ts'
import type { Turn } from '../../turn.ts'
import { type Noted, noted, type Rule } from '../rule.ts'
import { routesMustBeReadable, routesMustLeadToPods } from '../shared.ts'
import { judgeLooks, wakeUntilDue } from './looks.ts'

/** What holds or ends a run whatever is measured; the checks and the moves come after. */
export const progressing: readonly Rule[] = [
  {
    name: 'copyMadeButUnnoted',
    because:
      'the primary has what this run tries: the process died after the copy, and there is no way back',
    apply: ({ seen, skip }) => (!skip && isCopied(seen) ? noteCopy(seen) : undefined),
  },
  {
    name: 'promotedButUnnoted',
    because: 'a target that goes back to the version before must not pass for promoted',
    apply: ({ seen }) => (isCopyUnnoted(seen) ? notePromoted(seen) : undefined),
  },
  routesMustLeadToPods,
  {
    name: 'primaryMustServe',
    because:
      'a run needs a primary that takes the traffic back at any time, unless nobody is served there and the promotion is what mends that',
    apply: withoutPrimary,
  },
  routesMustBeReadable,
  {
    name: 'targetWentBack',
    because: 'the target is what is promoted: there is nothing left to analyse',
    apply: ({ seen }) => (isMovedOn(seen) && isBackAtPromoted(seen) ? abandon(seen) : undefined),
  },
  {
    name: 'targetMovedOn',
    because: 'what was measured is another revision or configuration',
    apply: ({ seen }) => (isMovedOn(seen) ? restart(seen, 'revision') : undefined),
  },
  {
    name: 'skippedCopyIsMade',
    because: 'a promotion without checks goes on from its copy whatever the canary does',
    apply: (turn) =>
      turn.skip && !turn.isPaused && isSkipCopied(turn.seen) ? skipPromotion(turn) : undefined,
  },
  {
    name: 'strategyChanged',
    because: 'counters and routes of one strategy mean nothing to another',
    yields: true,
    apply: ({ seen, skip }) =>
      isOtherStrategy(seen) && !skip ? restart(seen, 'strategy') : undefined,
  },
  {
    name: 'podsAreTooLate',
    because: 'the canary is not ready after its deadline',
    apply: ({ seen }) => {
      const { target } = seen.workload
      return target.state === 'failed' ? deadlineExceeded(seen, target.why) : undefined
    },
  },
  {
    name: 'pausedByPerson',
    because:
      'a person holds the canary: traffic and pods stay as they are, nothing is asked, nothing counts',
    yields: true,
    apply: pause,
  },
  {
    name: 'rollbackHook',
    because: 'the ways back come before everything that leads on',
    apply: askRollback,
  },
  {
    name: 'thresholdReached',
    because: 'so many checks failed; to go back needs no pods',
    apply: ({ seen, skip, before }) =>
      isOverThreshold(seen) && !skip ? thresholdReached(seen, before) : undefined,
  },
  {
    name: 'podsWereTakenAway',
    because: 'pods that somebody took away do not come back by themselves',
    apply: ({ seen, before }) => (isScaledDown(seen) ? withoutPods(seen, before) : undefined),
  },
  {
    name: 'awaitPods',
    because: 'nothing is measured before the pods of the canary are ready',
    apply: awaitPods,
  },
  {
    name: 'skipAnalysis',
    because: 'the run is promoted without checks',
    apply: (turn) => (turn.skip ? skipPromotion(turn) : undefined),
  },
  {
    name: 'delayBegins',
    because: 'the clock of `analysis.delay` starts when the canary is first seen ready',
    yields: true,
    apply: beginDelay,
  },
  judgeLooks,
  {
    name: 'checkIsNotDue',
    because: 'the interval paces the checks',
    yields: true,
    apply: ({ seen, before }) =>
      isDue(seen) ? undefined : act(seen, before, { wakeAt: wakeUntilDue(seen) }),
  },
  {
    name: 'stepMadeButUnnoted',
    because:
      'the process died after a move of the traffic, and what is measured next must come from there',
    yields: true,
    apply: noteStep,
  },
  {
    name: 'routeMustBeInForce',
    because: 'until the data plane took the route over, users are where they were before',
    yields: true,
    apply: ({ seen, before }) => awaitRoute(seen, before),
  },
]

function withoutPrimary({ seen, skip }: Turn): Step | Noted | undefined {
  const { primary, promoted } = seen.workload
  if (primary.state === 'ready') return undefined
  // The copy is made before the phase changes: when the analysis is skipped, or a process died.
  const isCopyMade = skip ? isSkipCopied(seen) : promoted
  if (isCopyMade && primary.state === 'failed') return failPromotion(seen, primary.why)
  const shut = wayBackIsShut(seen)
  const waits = shut !== undefined && isOnItsWayBack(seen)
  const told = isCopyMade || waits ? undefined : goesOnWithoutPrimary(seen, skip)
  if (told) return noted(told)
  if (waits) return rollbackWaits(seen, shut)
  return primary.state === 'failed' && shut === undefined
    ? deadlineExceeded(seen, primary.why)
    : hold(seen, [notReady(seen, primary)])
}

/** Whether the next step would give the traffic back, as is known before anything is asked. */
function isOnItsWayBack(seen: Observation): boolean {
  if (keepsUsersForNext(seen)) return false
  const isTooLate = seen.workload.target.state === 'failed'
  return isTooLate || isOverThreshold(seen) || isMovedOn(seen) || isOtherStrategy(seen)
}

function pause({ seen, isPaused }: Turn): Step | undefined {
  if (!isPaused) return undefined
  const { target } = seen.workload
  const said = `${canaryName(seen)} is paused`
  const effects = target.state === 'ready' ? [report(seen, said, 'Normal')] : []
  return act(seen, effects, { wakeAt: later(seen.now, seen.canary.analysis.intervalMs) })
}

/** Asked as often as checks are due. */
function askRollback(turn: Turn): Step | Noted | undefined {
  const { seen } = turn
  if (!(isDue(seen) || isOverThreshold(seen))) return undefined
  if (seen.workload.target.state !== 'ready' && !isRested(seen)) return undefined
  const verdict = askHooks(turn, 'rollback', phaseOf(seen))
  if (isStep(verdict)) return verdict
  const shut = wayBackIsShut(seen)
  if (verdict.outcome === 'passed')
    return shut === undefined ? rolledBackByHook(seen, verdict) : rollbackWaits(seen, shut)
  return noted(told(seen, verdict))
}

function rolledBackByHook(seen: Observation, verdict: Verdict): Step {
  return rollBack(seen, {
    reason: `rollback hook ${verdict.by ?? ''} passed`,
    told: [
      ...told(seen, verdict),
      warning(seen, `Rolling back ${canaryName(seen)} manual webhook invoked`),
      alert('failed', 'Rolling back manual webhook invoked', { severity: 'warn' }),
    ],
  })
}

/** Starting pods wake the canary often; that a hook was asked meanwhile paces the next asking. */
function awaitPods({ seen, verdicts, before }: Turn): Step | undefined {
  const { target } = seen.workload
  if (target.state === 'ready') return undefined
  const paced = Object.keys(verdicts).length > 0
  return act(seen, [...before, notReady(seen, target)], { wakeAt: nextTick(seen), paced })
}

function beginDelay({ seen }: Turn): Step | undefined {
  const { delayMs } = seen.canary.analysis
  const { startedAt, canaryReadyAt } = runOf(seen)
  if (delayMs <= 0 || startedAt === undefined || canaryReadyAt !== undefined) return undefined
  const wakeAt = later(seen.now, delayMs)
  return act(seen, [writeStatus(changeRun(seen, { canaryReadyAt: stamp(seen.now) }))], { wakeAt })
}

function noteStep({ seen, before }: Turn): Step | undefined {
  const unnoted = unnotedRoutes(seen)
  return unnoted && noteRoutes(seen, unnoted, before)
}
