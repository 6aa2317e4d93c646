/** A run under way: phases Progressing and WaitingPromotion, up to the first copy to the primary. */
import { awaitRoute } from './acceptance.ts'
import {
  alert,
  canaryName,
  hooks,
  isDecision,
  later,
  metrics,
  normal,
  phaseOf,
  report,
  stamp,
  status,
  targetName,
  told,
  toPrimary,
  warning,
} from './act.ts'
import { isBackAtPromoted, isMovedOn } from './change.ts'
import type { Decision, Effect, Observation, Verdict } from './decision.ts'
import { doomOf } from './faults.ts'
import { ended } from './history.ts'
import { dueAt, isDue, isRested, nextTick } from './pacing.ts'
import { isScaledDown } from './pods.ts'
import {
  isCopied,
  isCopyUnnoted,
  noteCopy,
  notePromoted,
  noteRoutes,
  unnotedRoutes,
  withoutPods,
} from './resume.ts'
import { abandon, deadlineExceeded, failPromotion, rollBack, thresholdReached } from './rollback.ts'
import { countedWeight, isOtherStrategy, readRoutes, shift } from './routes.ts'
import { isSkipCopied, skipPromotion } from './skip.ts'
import { freshRun } from './start.ts'
import { checksAfter, counters, run, runOf, sync } from './status.ts'
import { advanceBlueGreen, advanceByIterations, advanceByWeights } from './strategies.ts'
import { adapt } from './strategy.ts'
import type { RunTurn, Turn } from './turn.ts'
import { act, hold, retreat } from './upkeep.ts'

export function analyse(turn: Turn, of: { isPaused: boolean; skip: boolean }): Decision {
  const { seen } = turn
  const { primary, target } = seen.workload
  if (!of.skip && isCopied(seen)) return noteCopy(seen)
  if (isCopyUnnoted(seen)) return notePromoted(seen)
  if (primary.state !== 'ready') return withoutPrimary(seen, of.skip)
  if (seen.routes && 'unreadable' in seen.routes)
    return hold(seen, [report(seen, seen.routes.unreadable)])

  if (isMovedOn(seen)) return isBackAtPromoted(seen) ? abandon(seen) : restart(seen, 'revision')
  if (of.skip && !of.isPaused && isSkipCopied(seen)) return skipPromotion(turn)

  if (isOtherStrategy(seen) && !turn.order && !of.skip) return restart(seen, 'strategy')
  if (target.state === 'failed') return deadlineExceeded(seen, target.why)
  if (of.isPaused && !turn.order) return paused(seen, target)
  return unlessRolledBack(turn, of.skip)
}

/** The ways back come before everything that leads on. */
function unlessRolledBack(turn: Turn, skip: boolean): Decision {
  const { seen } = turn
  const { target } = seen.workload
  const rollback = askRollback(turn, skip)
  if (rollback && isDecision(rollback)) return rollback
  const before = rollback ? told(seen, rollback) : []
  if (rollback?.passed) return rolledBackByHook(seen, rollback)
  // Neither waits for pods: to go back needs none, and pods that were taken away don't come back.
  if (isOverThreshold(seen) && !skip) return thresholdReached(seen, before)
  if (isScaledDown(seen)) return withoutPods(seen, before)
  if (target.state !== 'ready') return awaitPods(turn, [...before, report(seen, target.why)])
  return skip ? skipPromotion(turn) : checked({ ...turn, before })
}

function withoutPrimary(seen: Observation, skip: boolean): Decision {
  const { primary, promoted } = seen.workload
  if (primary.state === 'ready') return hold(seen, [])
  if (primary.state !== 'failed') return hold(seen, [report(seen, primary.why)])
  // The copy is made before the phase changes: when the analysis is skipped, or a process died.
  const isCopyMade = skip ? isSkipCopied(seen) : promoted
  return isCopyMade ? failPromotion(seen, primary.why) : deadlineExceeded(seen, primary.why)
}

/** Starting pods wake the canary often; that a hook was asked meanwhile paces the next asking. */
function awaitPods({ seen, verdicts }: Turn, effects: Effect[]): Decision {
  const paced = Object.keys(verdicts).length > 0
  return act(seen, effects, { wakeAt: nextTick(seen), paced })
}

/** Asked before everything else, as often as checks are due. */
function askRollback(turn: Turn, skip: boolean): Verdict | Decision | undefined {
  const { seen } = turn
  if (skip || turn.order || !(isDue(seen) || isOverThreshold(seen))) return undefined
  if (seen.workload.target.state !== 'ready' && !isRested(seen)) return undefined
  return hooks(turn, 'rollback', phaseOf(seen))
}

export function isOverThreshold({ canary }: Observation): boolean {
  return (canary.status.failedChecks ?? 0) >= canary.analysis.threshold
}

function rolledBackByHook(seen: Observation, verdict: Verdict): Decision {
  return rollBack(seen, {
    reason: `rollback hook ${verdict.by ?? ''} passed`,
    told: [
      ...told(seen, verdict),
      warning(seen, `Rolling back ${canaryName(seen)} manual webhook invoked`),
      alert('failed', 'Rolling back manual webhook invoked', { severity: 'warn' }),
    ],
  })
}

/** The clock of the delay starts when the canary is first seen ready. */
function checked(turn: Turn & { before: Effect[] }): Decision {
  const { seen, order } = turn
  const { delayMs } = seen.canary.analysis
  const { startedAt, canaryReadyAt } = runOf(seen)
  if (!order && delayMs > 0 && startedAt !== undefined && canaryReadyAt === undefined)
    return act(seen, [status(run(seen, { canaryReadyAt: stamp(seen.now) }))], {
      wakeAt: later(seen.now, delayMs),
    })
  if (!order && !isDue(seen)) return act(seen, turn.before, { wakeAt: dueAt(seen) })
  const unnoted = order ? undefined : unnotedRoutes(seen)
  if (unnoted) return noteRoutes(seen, unnoted, turn.before)
  const ready = { ...turn, adapted: adapt(seen), results: [] }
  if (order) return advance(ready)
  const pending = awaitRoute(seen, turn.before)
  if (pending) return pending
  return isAtStart(seen) ? startChecks(ready) : runChecks(ready)
}

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

function startChecks(turn: RunTurn): Decision {
  const { seen } = turn
  const started = normal(seen, `Starting canary analysis for ${targetName(seen)}`)
  // A start that failed, or that a gate holds, is not the first one any more.
  const isFirst = runOf(seen).nextTickAt === undefined
  const before = [...turn.before, ...(isFirst ? [started] : [])]
  const doom = doomOf(seen)
  if (doom) return countFailure(withVerdict({ ...turn, before }, doom), doom)
  if (runOf(seen).preRolloutPassed) return advance({ ...turn, before })
  const verdict = hooks(turn, 'pre-rollout', 'Progressing')
  if (isDecision(verdict)) return verdict
  const after = { ...turn, before: [...before, ...told(seen, verdict)], results: verdict.results }
  return verdict.passed ? advance(after) : countFailure(after, verdict)
}

function runChecks(turn: RunTurn): Decision {
  const rollout = hooks(turn, 'rollout', 'Progressing')
  if (isDecision(rollout)) return rollout
  const hooked = withVerdict(turn, rollout)
  if (!rollout.passed) return countFailure(hooked, rollout)
  const measured = metrics(turn, 'metrics')
  if (isDecision(measured)) return measured
  const after = withVerdict(hooked, measured)
  if (!measured.passed) return countFailure(after, measured)
  return advance(after)
}

function withVerdict(turn: RunTurn, verdict: Verdict): RunTurn {
  return {
    ...turn,
    before: [...turn.before, ...told(turn.seen, verdict)],
    results: [...turn.results, ...verdict.results],
  }
}

/** One failed check, at most one a step; the rollback comes with the next look. */
function countFailure(turn: RunTurn, verdict: Verdict): Decision {
  const { seen, before, results } = turn
  const failedChecks = (seen.canary.status.failedChecks ?? 0) + 1
  const next = nextTick(seen)
  const progress = run(seen, {
    checks: checksAfter(seen, results),
    nextTickAt: stamp(next),
    reason: verdict.why ?? verdict.by,
  })
  const change = { ...counters(seen, { failedChecks }), ...progress }
  // The last failure is written before it is acted on, and that comes right after.
  const wakeAt = failedChecks >= seen.canary.analysis.threshold ? seen.now : next
  return retreat(seen, [status(change), ...before], { wakeAt, paced: true })
}

/** What the provider is unable to do is said once in a run, when there is something to go on with. */
function advance({ seen, adapted, before, ...rest }: RunTurn): Decision {
  const isFirst = runOf(seen).nextTickAt === undefined
  const warned = isFirst ? adapted.warnings.map((text) => warning(seen, text)) : []
  const turn = { ...rest, seen, adapted, before: [...before, ...warned] }
  switch (adapted.strategy) {
    case 'ab-testing':
      return advanceByIterations(turn)
    case 'blue-green':
      return advanceBlueGreen(turn)
    default:
      return advanceByWeights(turn)
  }
}

/** Traffic and pods stay as they are; nothing is asked, nothing counts. */
function paused(seen: Observation, target: { state: string }): Decision {
  const said = `${canaryName(seen)} is paused`
  const effects = target.state === 'ready' ? [report(seen, said, 'Normal')] : []
  return act(seen, effects, { wakeAt: later(seen.now, seen.canary.analysis.intervalMs) })
}

const restarts = {
  revision: { reason: 'a new revision was detected', said: 'New revision detected!' },
  order: { reason: 'a restart was requested', said: 'Restart requested!' },
  strategy: { reason: 'the strategy was changed', said: 'Strategy changed!' },
}

/** Another revision or configuration, an order, another strategy: back to nothing, and anew. */
export function restart(seen: Observation, cause: keyof typeof restarts): Decision {
  const { reason, said } = restarts[cause]
  const restarted = ended(seen, { result: 'Restarted', reason })
  return retreat(
    seen,
    [
      ...shift(seen, toPrimary),
      ...(cause === 'revision' ? freshPods(seen) : []),
      status({ ...sync(seen, 'Progressing'), ...restarted, ...freshRun(seen) }),
      normal(seen, `${said} Restarting analysis for ${targetName(seen)}`),
    ],
    { wakeAt: later(seen.now, seen.canary.analysis.intervalMs) },
  )
}

/**
 * With the same revision the pods stay, and with them the configuration that they read when they
 * started: they go, and come back by the next step, while the traffic is on the primary.
 */
function freshPods({ canary, workload }: Observation): Effect[] {
  const hasSamePods = workload.revision === canary.status.lastAppliedSpec
  return hasSamePods ? [{ kind: 'scale', to: 'zero' }] : []
}
