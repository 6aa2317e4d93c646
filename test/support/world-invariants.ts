/** What holds for every decision, whatever is seen. */
import { decide } from '../../src/analysis/decide.ts'
import type {
  Decision,
  Effect,
  Observation,
  StatusChange,
  Verdicts,
} from '../../src/analysis/decision.ts'
import type { Phase } from '../../src/canary/api.gen.ts'
import type { Routes } from '../../src/routers/router.ts'

/** Throws when a decision breaks a rule of the analysis. */
export function assertSound(seen: Observation, verdicts: Verdicts, decision: Decision): void {
  const text = JSON.stringify(decision)
  if (JSON.stringify(decide(structuredClone(seen), structuredClone(verdicts))) !== text)
    throw new Error(`equal input, another decision: ${text}`)
  if (decision.kind === 'check') return
  if (decision.wakeAt && Number.isNaN(decision.wakeAt.getTime()))
    throw new Error(`woken at no time at all: ${text}`)
  for (const effect of decision.effects) assertRoute(effect)
  assertPhases(seen, decision.effects)
  assertChecked(seen, verdicts, decision.effects)
}

/**
 * In an analysis nobody new meets the canary, and nothing is copied to the primary, before the
 * checks of this very step have passed; a person's order and a skipped analysis excepted.
 */
function assertChecked(seen: Observation, verdicts: Verdicts, effects: Effect[]): void {
  const { canary, routes, workload, requests } = seen
  if (canary.skipAnalysis || requests.some(({ verb }) => /promote|skip/.test(verb))) return
  // A routing object that is gone comes back as it was; a broken primary is another story.
  if (!routes || 'unreadable' in routes || workload.primary.state === 'failed') return
  const isMore = effects.some(
    (effect) => effect.kind === 'route' && effect.routes.canary > routes.canary,
  )
  const isCopied = effects.some(({ kind }) => kind === 'promote')
  if (isMore || isCopied)
    for (const check of checksOf(seen, routes, isCopied))
      if (verdicts[check]?.outcome !== 'passed')
        throw new Error(`the run moved on, and ${check} had not passed`)
}

/** The checks before a move in an analysis; none in other phases. */
function checksOf({ canary, abilities }: Observation, now: Routes, isCopied: boolean): string[] {
  const { phase = '', iterations = 0, canaryAnalysis = {} } = canary.status
  if (phase !== 'Progressing' && phase !== 'WaitingPromotion') return []
  const isWeighted = canary.strategy === 'canary' && abilities.weights
  const isSwitch = !isWeighted && canary.strategy === 'blue-green'
  const isRunning = phase === 'Progressing' && !now.mirrored
  const isStart = isRunning && now.canary === 0 && iterations === 0
  const hooks = [
    ...(isStart && !canaryAnalysis.preRolloutPassed ? ['pre-rollout'] : []),
    ...(isStart ? [] : ['rollout']),
    ...(isWeighted && isRunning ? ['confirm-traffic-increase'] : []),
    ...(isCopied || isSwitch ? ['confirm-promotion'] : []),
  ]
  const { webhooks, metrics } = canary.analysis
  const asked = hooks.filter((type) => webhooks.some((hook) => hook.type === type))
  const hasMetrics = !isStart && metrics.length > 0
  return [...asked.map((type) => `hooks:${type}`), ...(hasMetrics ? ['metrics'] : [])]
}

function assertRoute(effect: Effect): void {
  if (effect.kind !== 'route') return
  const { primary, canary } = effect.routes
  const isWhole = Number.isInteger(primary) && Number.isInteger(canary)
  if (!isWhole || primary < 0 || canary < 0 || primary + canary !== 100)
    throw new Error(`traffic split into ${primary}/${canary}`)
}

/**
 * Where a phase may lead. Beside the table of Flagger's transitions: a run ends in Initialized
 * when the target goes back or a person resets it, and a failed promotion is promoted over.
 */
const edges: Record<Phase, readonly Phase[]> = {
  '': ['Initializing', 'Initialized'],
  Initializing: ['Initialized'],
  Initialized: ['Waiting', 'Progressing'],
  Waiting: ['Progressing', 'Initialized', 'Succeeded', 'Failed'],
  Progressing: ['WaitingPromotion', 'Promoting', 'Succeeded', 'Failed', 'Initialized'],
  WaitingPromotion: ['Progressing', 'Promoting', 'Succeeded', 'Failed', 'Initialized'],
  Promoting: ['Finalising', 'Failed'],
  Finalising: ['Succeeded', 'Failed'],
  Succeeded: ['Waiting', 'Progressing', 'Initialized'],
  Failed: ['Waiting', 'Progressing', 'Promoting', 'Initialized'],
  Terminating: [],
  Terminated: [],
}

function assertPhases(seen: Observation, effects: Effect[]): void {
  let from: Phase = seen.canary.status.phase ?? ''
  for (const effect of effects) {
    if (effect.kind !== 'status' || effect.change.phase === undefined) continue
    const to = effect.change.phase
    const isAnew = to === 'Initializing' && seen.workload.primary.state === 'missing'
    if (to !== from && to !== 'Terminating' && !isAnew && !edges[from].includes(to))
      throw new Error(`phase ${from} led to ${to}`)
    assertRollback(to, effect.change, effects)
    from = to
  }
}

/** Failed: everything on the primary, except that a failed promotion leaves it on the canary. */
function assertRollback(to: Phase, change: StatusChange, effects: Effect[]): void {
  if (to !== 'Failed') return
  const last = effects.findLast((effect) => effect.kind === 'route')
  const canary = last?.kind === 'route' ? last.routes.canary : undefined
  if (canary !== change.canaryWeight)
    throw new Error(`failed with ${canary} % on the canary, and ${change.canaryWeight} noted`)
  if (canary !== 0 && canary !== 100) throw new Error(`failed with ${canary} % on the canary`)
}
