/** A target that somebody scales up while no run is on rests again, and its wish is not lost. */

import type { AskedReplicas } from '../../canary/api.gen.ts'
import { isNew, isRunning } from '../../canary/phases.ts'
import { stamp } from '../../stamp.ts'
import type { SizeWriters } from '../../workloads/workload.ts'
import { isOurManager, ourManager } from '../../writes/managers.ts'
import type { Decision, Effect, Observation } from '../decision.ts'
import { later, phaseOf, targetName, writeStatus } from '../effects/act.ts'
import { isRested } from '../pacing.ts'
import { isServedByCanary } from '../routes.ts'
import type { Turn } from '../turn.ts'

/**
 * Adds to the decision of an idle step what brings the target to rest. At most one correction an
 * interval: who sets the size again and again is not fought with.
 */
export function rested({ seen, order, isPaused }: Turn, decision: Decision): Decision {
  // A pause leaves the pods as they are: somebody may be looking at them.
  if (order || isPaused) return decision
  if (decision.kind === 'check' || !isUpAtRest(seen) || isBeginning(decision.effects))
    return decision
  const { lastStepAt, now, canary } = seen
  if (!isRested(seen)) {
    const next = later(lastStepAt ?? now, canary.analysis.intervalMs)
    const wakeAt = decision.wakeAt && decision.wakeAt < next ? decision.wakeAt : next
    return { ...decision, wakeAt }
  }
  return { ...decision, effects: [...decision.effects, ...toRest(seen)], paced: true }
}

/** Whether the target has pods that nobody needs, and nobody misses: the primary serves. */
export function isUpAtRest(seen: Observation): boolean {
  const { target, primary, atRest } = seen.workload
  const phase = phaseOf(seen)
  if (isNew(phase) || isRunning(phase) || isServedByCanary(seen)) return false
  const isKnown = seen.routes === undefined || !('unreadable' in seen.routes)
  return (
    isKnown && atRest?.target === false && target.state !== 'missing' && primary.state === 'ready'
  )
}

function isBeginning(effects: readonly Effect[]): boolean {
  return effects.some(({ kind }) => kind === 'scale' || kind === 'promote')
}

function toRest(seen: Observation): Effect[] {
  const { canary, workload, now } = seen
  const wish = workload.sizes?.target ?? 0
  const before = canary.status.askedReplicas ?? {}
  const { follows, count, what } = outcome(seen, before)
  const by = seen.sizeWriters?.target?.manager ?? 'somebody'
  const scaled = workload.sizes ? `scaled to ${wish}` : 'scaled up'
  const message = `${targetName(seen)} was ${scaled} by ${by} while no run is on, and rests again: ${what}`
  const isNews = isWorthTelling(seen, { before, wish, follows })
  const asked = { ...(count !== undefined && { count }), told: wish, at: stamp(now), message }
  return [
    ...(follows ? [{ kind: 'resize', replicas: wish } as const] : []),
    { kind: 'hold-autoscaler', held: true },
    { kind: 'scale', to: 'zero' },
    ...(isNews || count !== before.count ? [writeStatus({ askedReplicas: asked })] : []),
    ...(isNews ? [{ kind: 'event', type: 'Warning', message, phase: phaseOf(seen) } as const] : []),
  ]
}

/** Who sets one size after the other is told of it no more often than of a wait. */
const tellAgainMs = 5 * 60_000

/**
 * What Git says again every few minutes is told once, and other sizes that come to nothing now and
 * then. Where the brake holds the correction, that has been told, and the target does not rest.
 */
function isWorthTelling(
  { now, isRestContested }: Observation,
  { before, wish, follows }: { before: AskedReplicas; wish: number; follows: boolean },
): boolean {
  if (before.told === wish || (isRestContested && !follows)) return false
  const age = now.getTime() - Date.parse(before.at ?? '')
  return follows || before.told === undefined || !(age >= 0 && age < tellAgainMs)
}

interface Outcome {
  /** The primary gets the number. */
  follows: boolean
  /** The number that counts as known from now on. */
  count: number | undefined
  /** For people: what became of the number, and what to do. */
  what: string
}

/** A number that differs from the last one that is known is a wish, and reaches the primary. */
function outcome(seen: Observation, { count }: AskedReplicas): Outcome {
  const { canary, workload, sizeWriters = {} } = seen
  const primary = `${canary.primaryName}.${canary.namespace}`
  if (!workload.sizes) return { follows: false, count, what: `${primary} serves` }
  if (canary.spec.autoscalerRef) {
    const keeper = `an autoscaler keeps the size of ${primary}`
    // What scaled the target is told; in no manifest is there anything to change.
    const isScaled = sizeWriters.target?.byScale === true
    return { follows: false, count, what: isScaled ? keeper : `${keeper}; ${remedy}` }
  }
  const { target: wish, primary: size } = workload.sizes
  const of = { primary, wish, size, count }
  return nothingWished(of, sizeWriters) ?? keptByOthers(of, sizeWriters) ?? wished(seen, of)
}

interface Wish {
  /** The name of the primary, for people. */
  primary: string
  /** The size that the target was given, and that of the primary. */
  wish: number
  size: number
  /** The number that was known before. */
  count: number | undefined
}

const keeps = ({ primary, size }: Wish): string => `${primary} keeps its ${size} replicas`

/** The number is no news: the primary has it, or it was known before. */
function nothingWished(of: Wish, writers: SizeWriters): Outcome | undefined {
  const { primary, wish, size, count } = of
  if (wish !== size && wish !== count) return undefined
  // It got the number by a step that was cut off before the target rested.
  const isCutOff =
    wish === size &&
    count !== undefined &&
    wish !== count &&
    writers.primary?.manager === ourManager
  const what = isCutOff ? follows(primary, wish, count) : `${keeps(of)}; ${remedy}`
  return { follows: false, count: wish, what }
}

/** Who else sees to the size of the primary is not overruled. */
function keptByOthers(of: Wish, { autoscaler, primary }: SizeWriters): Outcome | undefined {
  const manager = primary?.manager
  const isOthers = manager !== undefined && !isOurManager(manager)
  if (autoscaler === undefined && !isOthers) return undefined
  const who = autoscaler === undefined ? `${manager} set` : `${autoscaler} sees to`
  return { follows: false, count: of.count, what: `${keeps(of)}, which ${who}; ${remedy}` }
}

function wished(seen: Observation, of: Wish): Outcome {
  const { primary, wish, size, count } = of
  const isApplied = seen.sizeWriters?.target?.byScale === false
  // A few pods for a look at an idle target must not become the size of production.
  if (wish > size || (isApplied && count !== undefined))
    return { follows: true, count: wish, what: follows(primary, wish, size) }
  const what = `${keeps(of)}; for fewer: ${scaleCommand(seen, wish)}`
  return { follows: false, count: isApplied ? wish : count, what }
}

function follows(primary: string, wish: number, before: number): string {
  return `${primary} gets ${wish} replicas in place of ${before}`
}

const remedy = 'leave replicas out of what is applied, for instance from Git'

function scaleCommand({ canary }: Observation, replicas: number): string {
  const { primaryName, namespace, spec } = canary
  const kind = spec.targetRef.kind.toLowerCase()
  return `kubectl scale ${kind}/${primaryName} -n ${namespace} --replicas=${replicas}`
}
