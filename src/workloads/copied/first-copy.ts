/** The primary before it was ever ready: a copy of the target that nobody has verified. */
import type { Canary } from '../../canary/canary.ts'
import { isNew } from '../../canary/phases.ts'
import type { WorkloadContext } from '../workload.ts'
import { idOfTemplate } from './primary.ts'
import { idOf } from './primary-object.ts'
import type { CopiedRead } from './read.ts'

/**
 * By so much the clocks of controller and API server may differ, in milliseconds. A primary has no
 * verified version so soon after its initialization began.
 */
const clocksMs = 60_000

/**
 * Whether the primary is a first copy, and of what the target is no more. The identifier tells,
 * which nobody else writes: templates differ also where an admission webhook or a person had a hand
 * in, and equal ones may have been started with another configuration.
 */
export function isBehind(read: CopiedRead, context: WorkloadContext): boolean {
  const { primary, configs } = read
  if (!primary || configs.missing.length > 0) return false
  if (!isFirstCopy(primary.metadata, context.canary)) return false
  return idOfTemplate(primary.spec.template) !== idOf(read, context)
}

/**
 * One that was there before the Canary may serve what an earlier one verified, and one that was
 * there before the initialization what this one did, should its status have been lost.
 */
function isFirstCopy(
  { ownerReferences = [], creationTimestamp = '', deletionTimestamp }: CopiedMetadata,
  { metadata, status }: Canary,
): boolean {
  const { phase = '', lastAppliedSpec, lastPromotedSpec, lastTransitionTime = '' } = status
  if (!isNew(phase) || lastAppliedSpec || lastPromotedSpec) return false
  if (deletionTimestamp !== undefined) return false
  const madeAt = Date.parse(creationTimestamp)
  const isOwn = ownerReferences.some(({ uid }) => uid === metadata.uid)
  const isYounger = madeAt >= Date.parse(metadata.creationTimestamp ?? '')
  return isOwn && isYounger && madeAt >= Date.parse(lastTransitionTime) - clocksMs
}

type CopiedMetadata = NonNullable<CopiedRead['primary']>['metadata']
