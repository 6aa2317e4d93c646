/** Which StatefulSets can't be released, and why. */
import type { Canary } from '../../canary/canary.ts'
import type { StatefulSet } from '../pods/pod-template.ts'

/** With the remedy; undefined for one that can. */
export function unusable(
  target: StatefulSet,
  of: { canary: Canary; primary: StatefulSet | undefined },
): string | undefined {
  return replacementProblem(target) ?? claimProblem(target, of)
}

/** Pods that nobody replaces never run a new version. */
function replacementProblem({ spec }: StatefulSet): string | undefined {
  const { type = 'RollingUpdate', rollingUpdate = {} } = spec.updateStrategy ?? {}
  if (type !== 'RollingUpdate')
    return (
      `must have RollingUpdate strategy but have ${type}; ` +
      'set its spec.updateStrategy.type to RollingUpdate'
    )
  const { partition = 0 } = rollingUpdate
  if (partition === 0) return undefined
  return (
    `keeps the old version in its pods below ${partition}; ` +
    'set its spec.updateStrategy.rollingUpdate.partition to 0: the canary does what it is for'
  )
}

/** Claims hold what nobody can copy, and what a rest must not delete. */
function claimProblem(
  { spec }: StatefulSet,
  { canary, primary }: { canary: Canary; primary: StatefulSet | undefined },
): string | undefined {
  const claims = claimsOf(spec)
  if (claims !== '' && spec.persistentVolumeClaimRetentionPolicy?.whenScaled === 'Delete')
    return (
      'would lose its data whenever it rests at zero; ' +
      'set its spec.persistentVolumeClaimRetentionPolicy.whenScaled to Retain'
    )
  if (!primary)
    return claims === '' || canary.spec.acceptEmptyClaims
      ? undefined
      : `has volumeClaimTemplates (${claims}): its primary gets claims of its own, which start ` +
          `empty, and no data is copied between the two; if the pods of ${canary.targetName} can ` +
          'begin with nothing, set spec.acceptEmptyClaims to true in the Canary'
  const made = claimsOf(primary.spec)
  if (made === claims) return undefined
  return (
    `has the volumeClaimTemplates (${claims}), and its primary has (${made}), which can't be ` +
    'changed; put them back, or delete the Canary with its primary and create it anew'
  )
}

function claimsOf({ volumeClaimTemplates = [] }: StatefulSet['spec']): string {
  return volumeClaimTemplates
    .map(({ metadata }) => metadata?.name ?? '')
    .sort()
    .join(', ')
}
