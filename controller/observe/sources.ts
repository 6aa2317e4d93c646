/** What metric checks and alerts refer to: templates, providers and their Secrets. */
import type { AlertProviderResource, MetricTemplateResource } from '../../src/canary/api.gen.ts'
import type { Canary } from '../../src/canary/canary.ts'
import type { Find, ObjectRef } from '../../src/objects.ts'

const flagger = 'flagger.app/v1beta1'

/** Templates and alert providers of a canary, and the Secrets that those found so far name. */
export function checkReads(canary: Canary, find: Find): ObjectRef[] {
  const { metrics, alerts } = canary.analysis
  const templates = metrics.flatMap(({ templateRef }) =>
    templateRef ? [{ apiVersion: flagger, kind: 'MetricTemplate', ...templateRef }] : [],
  )
  const providers = alerts.map(({ providerRef }) => ({
    apiVersion: flagger,
    kind: 'AlertProvider',
    ...providerRef,
  }))
  const secrets = [
    ...templates.flatMap((ref) =>
      secretOf(ref, find<MetricTemplateResource>(ref)?.spec?.provider?.secretRef?.name),
    ),
    ...providers.flatMap((ref) =>
      secretOf(ref, find<AlertProviderResource>(ref)?.spec?.secretRef?.name),
    ),
  ]
  return [...templates, ...providers, ...secrets]
}

/** A name that is none names no Secret; what is wrong with it is said where it is used. */
function secretOf({ namespace }: { namespace: string }, name: unknown): ObjectRef[] {
  if (typeof name !== 'string' || name === '') return []
  return [{ apiVersion: 'v1', kind: 'Secret', namespace, name }]
}
