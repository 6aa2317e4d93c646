/** A workload under the name of the primary that is somebody else's. */
import type { Canary } from '../../canary/canary.ts'
import { managedBy } from '../../canary/names/ownership.ts'
import type { KubeObject } from '../../objects.ts'
import type { WorkloadFacts } from '../workload.ts'
import { areAmong, primarySuffix } from './identity.ts'

interface Selecting extends KubeObject {
  spec?: { selector?: { matchLabels?: Record<string, string> } }
}

/**
 * Why what has the name of the primary must not become it, in a sentence. What a canary owns or
 * made is a primary, whatever it selects; what nobody owns is one where it selects its pods as a
 * copy of the target would.
 */
export function strangerAtPrimary(
  { label }: Canary,
  found: Selecting | undefined,
  { selectorKey, targetLabels, primaryLabels }: WorkloadFacts,
): string | undefined {
  // A Service selects without it, and is dealt with where Services are taken over.
  if (found?.spec?.selector?.matchLabels === undefined) return undefined
  const { name, labels = {}, ownerReferences = [] } = found.metadata
  const isMade =
    ownerReferences.some(({ kind }) => kind === 'Canary') || areAmong(managedBy, labels)
  if (isMade) return undefined
  const [owner] = ownerReferences
  const wanted = `${targetLabels[selectorKey] ?? ''}${primarySuffix}`
  const value = primaryLabels[selectorKey]
  if (!owner && value === wanted) return undefined
  const why = owner
    ? `belongs to ${owner.kind.toLowerCase()} ${owner.name}`
    : `selects its pods by ${selectorKey}=${value}, and no copy of the target does`
  return (
    `${found.kind.toLowerCase()} ${name} has the name of its primary and ${why}; rename it, or give ` +
    `it the label app.kubernetes.io/managed-by=flagger where it is to become the primary of ${label}`
  )
}
