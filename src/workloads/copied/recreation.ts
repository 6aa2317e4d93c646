/** Whether a primary that is missing may be made from the target. */
import type { Canary } from '../../canary/canary.ts'
import { isNew } from '../../canary/phases.ts'
import { isForeignRevision } from '../../canary/revision.ts'
import type { WorkloadContext } from '../workload.ts'

type Checksums = Readonly<Record<string, string>>

export interface Recreation {
  /** Why it can't be made, and what to do. */
  problem?: string
  /** The copies that exist hold what was promoted, and are to be left alone. */
  onlyMissingCopies: boolean
}

/**
 * During initialisation a primary is made from the target. Later the target may be an unverified
 * revision, so the primary comes back only where the target is what was promoted last.
 */
export function recreation(
  { revision, checksums = {} }: { revision: string; checksums: Checksums | undefined },
  { canary }: WorkloadContext,
): Recreation {
  const { phase = '', lastPromotedSpec, promotedConfigs = {} } = canary.status
  const isKnown = lastPromotedSpec && !isForeignRevision(lastPromotedSpec)
  if (isNew(phase)) return { onlyMissingCopies: false }
  // Nothing tells what was promoted: of all phases, it is what Flagger promoted most likely here.
  if (phase === 'Initialized' && !isKnown) return { onlyMissingCopies: false }
  const sameConfigs = Object.entries(promotedConfigs).every(
    ([key, checksum]) => checksums[key] === checksum,
  )
  if (revision === lastPromotedSpec && sameConfigs) return { onlyMissingCopies: true }
  return { problem: remedy(canary), onlyMissingCopies: true }
}

function remedy({ name, namespace, primaryName, targetName, spec }: Canary): string {
  return (
    `${spec.targetRef.kind.toLowerCase()} ${primaryName}.${namespace} is gone, and ${targetName}.${namespace} is not what ` +
    'was promoted last, so it is not copied unverified; set the target back to the promoted ' +
    `version, or accept it as it is with: kubectl canary reset ${name} -n ${namespace}`
  )
}
