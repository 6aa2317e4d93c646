/** Whether target and primary can serve, in the sentences that users read. */
import type { Canary } from '../../canary/canary.ts'
import { isLeftOver } from '../../canary/names/ownership.ts'
import { isNew, isRunning } from '../../canary/phases.ts'
import { missingConfig } from '../pods/configs.ts'
import type { Templated } from '../pods/pod-template.ts'
import { isPast, type ReadinessLimits } from '../readiness.ts'
import type { Readiness, WorkloadContext } from '../workload.ts'
import type { CopiedKind } from './copied-kind.ts'
import type { CopiedRead } from './read.ts'
import { recreation } from './recreation.ts'

/** Both of them, each by rules of its own. */
export function copiedReadiness<T extends Templated>(
  kind: CopiedKind<T>,
  read: CopiedRead<T>,
  context: WorkloadContext,
): Record<'target' | 'primary', Readiness> {
  return {
    target: targetReadiness(kind, read, context),
    primary: primaryReadiness(kind, read, context),
  }
}

function targetReadiness<T extends Templated>(
  kind: CopiedKind<T>,
  { found, configs }: CopiedRead<T>,
  { canary, now, sizing }: WorkloadContext,
): Readiness {
  const word = kind.kind.toLowerCase()
  const prefix = `canary ${word} ${found.metadata.name}.${canary.namespace} not ready:`
  const threshold = canary.analysis.canaryReadyThreshold
  const readiness = kind.readiness(found, limits(canary, threshold, now))
  if (readiness.state !== 'ready') return { ...readiness, why: `${prefix} ${readiness.why}` }
  const [missing] = configs.missing
  if (missing)
    return { state: 'waiting', why: `${prefix} ${missingConfig(missing, canary.namespace)}` }
  // Outside a run the target rests at zero, and an autoscaler may have it there until work comes.
  const { phase } = canary.status
  const isAnalysed = phase === 'Progressing' || phase === 'WaitingPromotion'
  const none = isAnalysed && !sizing?.mayRest.target ? kind.noPods(found) : undefined
  if (none === undefined) return readiness
  // What has a size is scaled up again; for nodes nobody waits longer than for any pod.
  const isLate = !kind.size && isPast(limits(canary, threshold, now))
  return { state: isLate ? 'failed' : 'waiting', why: `${prefix} ${none}` }
}

function primaryReadiness<T extends Templated>(
  kind: CopiedKind<T>,
  read: CopiedRead<T>,
  context: WorkloadContext,
): Readiness {
  const { canary, now, sizing } = context
  const { primary } = read
  const object = `${canary.primaryName}.${canary.namespace}`
  const prefix = `${kind.primaryWords}${object} not ready:`
  if (!primary) return missingPrimary(kind, read, context)
  if (primary.metadata.deletionTimestamp !== undefined)
    return { state: 'waiting', why: `${prefix} it is being deleted, and is made anew after that` }
  const threshold = canary.analysis.primaryReadyThreshold
  const readiness = kind.readiness(primary, limits(canary, threshold, now))
  if (readiness.state !== 'ready') {
    // With nothing promoted yet, one that can't serve comes back better once it is removed.
    if (isNew(canary.status.phase ?? '') && isLeftOver(primary, canary))
      return { state: 'waiting', why: `${prefix} ${leftBehind}` }
    return { ...readiness, why: `${prefix} ${readiness.why}` }
  }
  const none = sizing?.mayRest.primary ? undefined : kind.noPods(primary)
  return none === undefined ? readiness : { state: 'waiting', why: `${prefix} ${none}` }
}

function missingPrimary<T extends Templated>(
  kind: CopiedKind<T>,
  read: CopiedRead<T>,
  context: WorkloadContext,
): Readiness {
  const { primaryName, namespace } = context.canary
  const object = `${primaryName}.${namespace}`
  const prefix = `${kind.primaryWords}${object} not ready:`
  const { problem } = recreation(read, context)
  if (problem !== undefined) return { state: 'missing', why: `${prefix} ${problem}` }
  const notFound = `${kind.plural}.apps "${primaryName}" not found`
  const why = `${prefix} ${kind.kind.toLowerCase()} ${object} get query error: ${notFound}`
  return { state: 'missing', why, onceMade: `${prefix} ${kind.unobserved}` }
}

const leftBehind =
  'an earlier canary of this name left it; it is made anew once the garbage collector removed it'

function limits(canary: Canary, threshold: number, now: Date): ReadinessLimits {
  const { phase = '', lastTransitionTime = '' } = canary.status
  const deadlineMs = canary.progressDeadlineSeconds * 1000
  const runMovedAt = isRunning(phase) ? new Date(lastTransitionTime) : undefined
  return { threshold, deadlineMs, now, runMovedAt }
}
