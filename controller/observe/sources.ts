/** What metric checks and alerts refer to: templates, providers and their Secrets. */
import type { AlertProviderResource, MetricTemplateResource } from '../../src/canary/api.gen.ts'
import type { Canary } from '../../src/canary/canary.ts'
import { referencesOf, type Sharing, sharingProblem } from '../../src/canary/sharing.ts'
import type { Find, ObjectRef } from '../../src/objects.ts'

/**
 * Templates and alert providers of a canary, and the Secrets that those found so far name: not of
 * those which the canary may not use.
 */
export function checkReads(
  { analysis, namespace }: Canary,
  find: Find,
  sharing: Sharing,
): ObjectRef[] {
  const references = referencesOf(analysis)
  const secrets = references.flatMap((ref) => {
    const found = find<MetricTemplateResource | AlertProviderResource>(ref)
    if (!found || sharingProblem(found, namespace, sharing) !== undefined) return []
    return secretsOf(found).flatMap((name) => secretOf(found.metadata.namespace, name))
  })
  const tokens = analysis.webhooks.flatMap(({ secretName }) => secretOf(namespace, secretName))
  return [...references, ...secrets, ...tokens]
}

function secretsOf({ spec }: MetricTemplateResource | AlertProviderResource): unknown[] {
  if (!spec) return []
  const { provider, secretRef } = spec as { provider?: Provider | null; secretRef?: SecretRef }
  return [provider?.secretRef?.name, secretRef?.name]
}

type SecretRef = { name?: unknown } | null
interface Provider {
  secretRef?: SecretRef
}

/** A name that is none names no Secret; what is wrong with it is said where it is used. */
function secretOf(namespace: string | undefined, name: unknown): ObjectRef[] {
  if (typeof name !== 'string' || name === '' || namespace === undefined) return []
  return [{ apiVersion: 'v1', kind: 'Secret', namespace, name }]
}
