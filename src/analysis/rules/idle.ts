/** No run is on: detect the change, ask the gate, begin. Also phase Waiting, before a run begins. */

import type { Gate, Phase } from '../../canary/api.gen.ts'
import { stamp } from '../../stamp.ts'
import { isBackAtPromoted, isChanged, isMovedOn, nextRunId } from '../change.ts'
import type { Effect, Observation, Step, Verdict } from '../decision.ts'
import {
  alert,
  askHooks,
  canaryName,
  isStep,
  later,
  normal,
  notReady,
  phaseOf,
  report,
  targetName,
  told,
  writeStatus,
} from '../effects/act.ts'
import { begin, freshRun } from '../effects/begin.ts'
import { alarm } from '../effects/gates.ts'
import { act, goesOnWithoutPrimary, hold, scaleUpAgain } from '../effects/upkeep.ts'
import { dueAt, isDue, shownUntil } from '../pacing.ts'
import { hasNoPods } from '../pods.ts'
import { isServedByCanary } from '../routes.ts'
import { imageChanges } from '../status/history.ts'
import { changeRun, enterPhase, runOf, sync } from '../status/status.ts'
import { answerThatStands, gateOf, isOpened, isSameGate } from '../status/waits.ts'
import type { Turn } from '../turn.ts'
import { type Noted, noted, type Rule } from './rule.ts'
import { routesMustBeReadable } from './shared.ts'
import { runBegins, turnIsAwaited } from './turns.ts'

/** Phases Initialized, Succeeded, Failed and Waiting. */
export const idle: readonly Rule[] = [
  {
    name: 'usersMustBeServed',
    because: 'after a failed promotion the canary serves everybody, and needs its pods',
    apply: ({ seen }) =>
      isServedByCanary(seen) && hasNoPods(seen) ? scaleUpAgain(seen) : undefined,
  },
  {
    name: 'approvalIsNotNeeded',
    because: 'what waits for approval was taken back',
    apply: ({ seen }) =>
      phaseOf(seen) === 'Waiting' && isBackAtPromoted(seen) ? stopWaiting(seen) : undefined,
  },
  {
    name: 'nothingToDo',
    because: 'the target is what was promoted, or what was tried before',
    apply: ({ seen }) =>
      phaseOf(seen) === 'Waiting' || isPending(seen) || isCured(seen)
        ? undefined
        : act(seen, unserved(seen)),
  },
  {
    name: 'outcomeIsShown',
    because: 'what the last run came to stands for a moment, for those who look now and then',
    yields: true,
    apply: showOutcome,
  },
  {
    name: 'failureIsCured',
    because: 'a failed canary whose target is back at the promoted revision has nothing wrong',
    apply: ({ seen }) => (isCured(seen) ? recovered(seen) : undefined),
  },
  {
    name: 'primaryMustBeReady',
    because:
      'a run needs a primary that serves the others, unless the canary serves everybody, or nobody is served and the new revision is what mends that',
    apply: awaitPrimary,
  },
  routesMustBeReadable,
  {
    name: 'pausedByPerson',
    because: 'a person holds the canary: no run begins',
    apply: ({ seen, isPaused }) =>
      isPaused ? act(seen, [report(seen, `${canaryName(seen)} is paused`, 'Normal')]) : undefined,
  },
  {
    name: 'targetMustBeReady',
    because: 'what goes straight to the broken primary must have pods that are ready',
    apply: awaitTarget,
  },
  {
    name: 'promotedOverBroken',
    because:
      'after a failed promotion there is no working primary to compare with: the next revision goes straight on',
    apply: ({ seen }) => (isServedByCanary(seen) ? promoteOverBroken(seen) : undefined),
  },
  turnIsAwaited,
  {
    name: 'gateIsNotDue',
    because: 'the interval paces how often the gate is asked',
    yields: true,
    apply: awaitInterval,
  },
  {
    name: 'confirmRollout',
    because: 'no pod is started before somebody approves the run',
    apply: askToBegin,
  },
  {
    name: runBegins,
    because: 'there is a new revision, and nothing holds it',
    apply: ({ seen, before }) => begin(seen, before),
  },
]

/** A primary that somebody took all pods from: nobody answers, and nothing else says so. */
function unserved(seen: Observation): Effect[] {
  const { primary, atRest } = seen.workload
  const isEmpty = atRest?.primary && 'why' in primary && !isServedByCanary(seen)
  return isEmpty ? [report(seen, primary.why)] : []
}

/** Whether the target is something that was not tried before. */
function isPending(seen: Observation): boolean {
  return isServedByCanary(seen) ? isMovedOn(seen) : isChanged(seen)
}

function showOutcome({ seen }: Turn): Step | undefined {
  const wakeAt = shownUntil(seen)
  return wakeAt && act(seen, [], { wakeAt })
}

function awaitPrimary({ seen, skip }: Turn): Step | Noted | undefined {
  const { primary } = seen.workload
  if (primary.state === 'ready' || isServedByCanary(seen)) return undefined
  const told = goesOnWithoutPrimary(seen, skip)
  return told ? noted(told) : hold(seen, [notReady(seen, primary)])
}

function awaitTarget({ seen }: Turn): Step | undefined {
  const { target } = seen.workload
  if (target.state === 'ready' || !isServedByCanary(seen)) return undefined
  return hold(seen, [notReady(seen, target)])
}

function awaitInterval({ seen }: Turn): Step | undefined {
  if (phaseOf(seen) !== 'Waiting' || isOpened(seen)) return undefined
  const { askAgainMs } = answerThatStands(seen, 'confirm-rollout') ?? {}
  if (askAgainMs !== undefined)
    return act(seen, renamed(seen), { wakeAt: later(seen.now, askAgainMs) })
  return isDue(seen) ? undefined : act(seen, renamed(seen), { wakeAt: dueAt(seen) })
}

function askToBegin(turn: Turn): Step | Noted {
  const { seen } = turn
  const gate = askHooks(turn, 'confirm-rollout', phaseOf(seen))
  if (isStep(gate)) return gate
  return gate.outcome === 'passed' ? noted(told(seen, gate)) : wait(seen, gate)
}

function wait(seen: Observation, verdict: Verdict): Step {
  // The hooks before the one that is closed.
  const opened = told(seen, verdict)
  const next = later(seen.now, seen.canary.analysis.intervalMs)
  const again = { wakeAt: next, paced: true }
  const gate = gateOf(seen, 'confirm-rollout', verdict)
  if (phaseOf(seen) === 'Waiting') return act(seen, [...renamed(seen, gate), ...opened], again)
  const change = {
    ...enterPhase(seen, 'Waiting'),
    canaryAnalysis: {
      ...candidate(seen),
      gate,
      ...(gate.reason !== undefined && { reason: gate.reason }),
      nextTickAt: stamp(next),
    },
  }
  const alarmed = alarm(seen, verdict.by, 'Canary is waiting for approval.')
  return act(seen, [writeStatus(change), ...opened, ...alarmed], again)
}

/**
 * What waits for approval. `lastAppliedSpec` is still the promoted revision, as in Flagger; who
 * approves must be able to say what was seen, and is asked for nothing else.
 */
function candidate(seen: Observation) {
  const { paused } = runOf(seen)
  return {
    runId: nextRunId(seen),
    revision: seen.workload.revision,
    ...(paused && { paused }),
    images: imageChanges(seen),
  }
}

/**
 * The target moved on while it waits: an approval of the earlier revision is none of this one. Or
 * the gate has another reason.
 */
function renamed(seen: Observation, answer?: Gate): Effect[] {
  const { revision, gate: before, nextTickAt } = runOf(seen)
  // Where the status has no room for it, nobody reads it either.
  const isNamed = revision === undefined || revision === seen.workload.revision
  const gate = answer ?? (isNamed ? before : askedAnew(before))
  if (isNamed && (!gate || isSameGate(before, gate))) return []
  const kept = {
    ...(gate && { gate }),
    ...(gate?.reason !== undefined && { reason: gate.reason }),
    ...(nextTickAt && { nextTickAt }),
  }
  return [writeStatus({ canaryAnalysis: { ...candidate(seen), ...kept } })]
}

/** What it answered for another revision holds for that alone. */
function askedAnew(gate: Gate | undefined): Gate | undefined {
  if (!gate) return undefined
  const { askAgainAt: _askAgainAt, ...kept } = gate
  return kept
}

/** Failed, and since put back to what is promoted: nothing is wrong any more. */
function isCured(seen: Observation): boolean {
  return phaseOf(seen) === 'Failed' && isBackAtPromoted(seen) && !isServedByCanary(seen)
}

function recovered(seen: Observation): Step {
  const message = 'The target is back at the promoted revision.'
  return act(seen, [
    writeStatus(sync(seen, 'Initialized', { message })),
    normal(seen, `${canaryName(seen)} is back at the promoted revision`),
    alert('ended', message),
  ])
}

/** What the status says of a run only as long as it waits to begin. */
const notBegun = {
  runId: undefined,
  revision: undefined,
  images: undefined,
  gate: undefined,
  reason: undefined,
  nextTickAt: undefined,
}

function stopWaiting(seen: Observation): Step {
  const { result } = seen.canary.status.history?.[0] ?? {}
  // Whoever waits for a success must not take a run for one that failed, or was reset.
  const before: Phase = result === 'Succeeded' || result === 'Skipped' ? 'Succeeded' : 'Initialized'
  return act(seen, [
    writeStatus({
      ...sync(seen, before),
      ...changeRun(seen, notBegun),
    }),
    normal(seen, `${targetName(seen)} is back at the promoted revision, approval is not needed`),
    alert('ended', 'The target is back at the promoted revision, approval is not needed.'),
  ])
}

/** After a failed promotion the canary serves everybody; the next revision goes straight on. */
function promoteOverBroken(seen: Observation): Step {
  const moved = sync(seen, 'Promoting', { weight: 100 })
  const said = `New revision detected! Promoting ${targetName(seen)} over the broken primary`
  return act(seen, [
    { kind: 'promote' },
    writeStatus({ ...moved, ...freshRun(seen, 100) }),
    normal(seen, said, 'Promoting'),
    alert('started', 'New revision detected, promoting it over the broken primary.', {
      fields: true,
    }),
  ])
}
