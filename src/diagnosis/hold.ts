/** `CanaryExplanation`: the rule that keeps a canary where it is, as its status tells. Pure. */
import { chapters } from '../analysis/rules/chapters.ts'
import { isFinishing, isNew } from '../canary/phases.ts'
import { changedByHandCode } from '../report/changed-by-hand.ts'
import { gateText } from '../report/reason.ts'
import { checkText } from '../report/runs/cause.ts'
import { postponedOf } from '../report/waits.ts'
import { type DiagnosisFacts, lacksPods } from './finding.ts'

export interface CanaryExplanation {
  apiVersion: 'cli.canary/v1'
  kind: 'CanaryExplanation'
  metadata: { name: string; namespace: string }
  state: string
  /** As the log of the controller and docs/architecture.md name it. */
  rule: string
  /** In which list of rules it stands. */
  chapter: string
  because: string
  /** RFC 3339; null where nothing tells. */
  since: string | null
  /** What is seen of it. */
  seen: string | null
  /** What would move the canary on. */
  moves: string[]
}

interface Hold {
  rule: string
  since?: string | null | undefined
  seen?: string | null | undefined
  moves: string[]
}

/** The rule that keeps the canary where it is, why it is there, and what would move the canary. */
export function explain(facts: DiagnosisFacts): CanaryExplanation {
  const { report } = facts
  const { rule, since, seen, moves } = holdOf(facts)
  const chapter = chapters.find(({ rules }) => rules.some(({ name }) => name === rule))
  return {
    apiVersion: 'cli.canary/v1',
    kind: 'CanaryExplanation',
    metadata: { name: report.metadata.name, namespace: report.metadata.namespace },
    state: report.state,
    rule,
    chapter: chapter?.title ?? '',
    because: chapter?.rules.find(({ name }) => name === rule)?.because ?? '',
    since: since ?? report.controller.lastStatusWrite,
    seen: seen ?? null,
    moves,
  }
}

/** In the order in which the controller goes through its rules. */
function holdOf(facts: DiagnosisFacts): Hold {
  const { report, canary, problems, targetProblem, command } = facts
  const { phase, paused, workloads, complete, waitsFor } = report
  if (canary.metadata.deletionTimestamp)
    return {
      rule: canary.revertOnDeletion ? 'targetServesAgain' : 'deletedWithoutRevert',
      since: canary.metadata.deletionTimestamp,
      seen: waitsFor,
      moves: ['the target is ready again, and the routes go back to it'],
    }
  if (problems.length > 0)
    return { rule: 'specMustBeSound', seen: problems.join('; '), moves: ['the spec is corrected'] }
  if (complete && !workloads.canary.found) {
    const { kind, name } = workloads.canary
    const seen = waitsFor ?? `${kind.toLowerCase()}/${name} is missing`
    return { rule: 'targetIsAwaited', seen, moves: ['the target is created'] }
  }
  if (targetProblem !== undefined)
    return { rule: 'targetIsAwaited', seen: targetProblem, moves: ['the target is corrected'] }
  if (paused?.how === 'suspend')
    return {
      rule: 'suspended',
      moves: [`spec.suspend is false: ${command.plugin('resume', '--via=spec')}`],
    }
  if (isNew(phase)) return startHold(facts)
  if (paused)
    return {
      ...{ rule: 'pausedByPerson', since: paused.since, seen: paused.by && `by ${paused.by}` },
      moves: [command.plugin('resume'), ...(paused.until ? [`it is ${paused.until}`] : [])],
    }
  if (phase === 'Progressing' || phase === 'WaitingPromotion') return runHold(facts)
  return isFinishing(phase) ? endHold(facts) : idleHold(facts)
}

function startHold(facts: DiagnosisFacts): Hold {
  const { report, notReady, scalerFaults, hidden } = facts
  if (!report.workloads.primary.found && !hidden.workloads)
    return {
      rule: 'primaryIsMade',
      seen: report.waitsFor,
      moves: ['the controller copies the target'],
    }
  if (lacksPods(facts, 'primary'))
    return {
      rule: 'primaryMustBeReady',
      seen: report.waitsFor ?? notReady.primary,
      moves: ['the pods of the primary are ready'],
    }
  const [fault] = scalerFaults
  if (fault !== undefined)
    return { rule: 'initialized', seen: fault, moves: ['the autoscaler is put right'] }
  return { rule: 'initialized', moves: ['the controller gives the traffic to the primary'] }
}

function idleHold(facts: DiagnosisFacts): Hold {
  const { report, canary, notReady, command, hidden } = facts
  const { phase, progress, revision } = report
  const { gate } = progress
  if (phase === 'Waiting')
    return {
      ...{ rule: 'confirmRollout', since: gate?.since, seen: gate && gateText(gate) },
      moves: ['its hook says yes', command.plugin('promote')],
    }
  if (canary.status.holdRun)
    return {
      ...{ rule: 'nothingToDo', seen: 'a reset holds what the target has' },
      moves: ['the target changes', command.plugin('restart')],
    }
  if ((revision.pending || report.waitsFor !== null) && isHeldByPrimary(facts))
    return {
      rule: 'primaryMustBeReady',
      seen: report.waitsFor ?? notReady.primary,
      moves: ['the pods of the primary are ready'],
    }
  if (phase === 'Failed')
    return {
      ...{ rule: 'nothingToDo', since: report.run?.endedAt, seen: report.run?.cause },
      moves: ['the target changes', command.plugin('retry'), command.plugin('undo')],
    }
  const byHand = report.warnings.find(({ code }) => code === changedByHandCode)
  return {
    rule: 'nothingToDo',
    seen: byHand?.message ?? (hidden.workloads ? null : 'the target is what is promoted'),
    moves: ['the target changes'],
  }
}

/** A primary without any pod holds up no version that may bring it up again. */
function isHeldByPrimary(facts: DiagnosisFacts): boolean {
  const { ready, desired } = facts.report.workloads.primary
  return lacksPods(facts, 'primary') && (ready > 0 || desired === 0)
}

function runHold(facts: DiagnosisFacts): Hold {
  const { report, canary, notReady, command } = facts
  const { waitsFor, run } = report
  if (postponedOf(facts) !== null)
    return {
      ...{ rule: 'wayBackIsAwaited', since: canary.status.requests?.abort?.at, seen: waitsFor },
      moves: ['a pod of the primary is ready', command.plugin('abort', '--force')],
    }
  const { routePendingSince, canaryReadyAt } = canary.status.canaryAnalysis ?? {}
  const { failed, threshold } = report.checks
  if (isHeldByPrimary(facts) || (failed >= threshold && lacksPods(facts, 'primary')))
    return {
      rule: 'primaryMustServe',
      seen: waitsFor ?? notReady.primary,
      moves: ['the pods of the primary are ready'],
    }
  if (lacksPods(facts, 'canary'))
    return {
      rule: 'awaitPods',
      since: run?.startedAt,
      seen: waitsFor ?? notReady.canary,
      moves: ['its pods are ready'],
    }
  if (routePendingSince)
    return {
      ...{ rule: 'routeMustBeInForce', since: routePendingSince },
      moves: ['the mesh or gateway accepts the route'],
    }
  const { delayMs } = canary.analysis
  const readyMs = Date.parse(report.observedAt) - Date.parse(canaryReadyAt ?? '')
  if (delayMs > 0 && readyMs < delayMs)
    return {
      rule: 'checkIsNotDue',
      since: canaryReadyAt,
      moves: ['spec.analysis.delay has passed'],
    }
  return gateHold(facts) ?? checkHold(facts)
}

function gateHold({ report, command }: DiagnosisFacts): Hold | undefined {
  const { gate } = report.progress
  if (!gate) return undefined
  const rule = gate.type === 'confirm-promotion' ? 'confirmPromotion' : 'confirmTrafficIncrease'
  const moves = ['its hook says yes', command.plugin('promote')]
  return { rule, since: gate.since, seen: gateText(gate), moves }
}

function checkHold({ report, command }: DiagnosisFacts): Hold {
  const { items, nextInSeconds, failed, threshold } = report.checks
  const failing = items.find(({ ok, type }) => ok === false && !type.startsWith('confirm-'))
  const next =
    nextInSeconds === null
      ? 'its next check passes'
      : `its next check, in ${nextInSeconds}s, passes`
  if (!failing) return { rule: 'checkIsNotDue', moves: [next, command.plugin('promote', '--step')] }
  const rules: Record<string, string | undefined> = {
    'pre-rollout': 'preRolloutHooks',
    rollout: 'rolloutHooks',
  }
  return {
    ...{ rule: rules[failing.type] ?? 'metricChecks', since: failing.at },
    seen: `${checkText(failing)} (${failed} of ${threshold} failed)`,
    moves: [next, command.plugin('abort')],
  }
}

function endHold(facts: DiagnosisFacts): Hold {
  const { report, notReady } = facts
  if (lacksPods(facts, 'primary'))
    return {
      rule: 'primaryMustBeReady',
      seen: report.waitsFor ?? notReady.primary,
      moves: ['the pods of the primary are ready'],
    }
  return report.phase === 'Promoting'
    ? {
        rule: 'stepIsNotDue',
        moves: ['the interval has passed: the traffic goes back to the primary'],
      }
    : { rule: 'trafficMustHaveLeft', moves: ['the interval has passed: the canary is scaled down'] }
}
