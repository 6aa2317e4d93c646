/** What target and primary hold now, whatever the status says of it. */
import type { Find, KubeObject } from '../../objects.ts'
import { usualSelectorLabels } from '../../workloads/workload.ts'
import type { AsHandled } from '../as-handled.ts'
import type { Permitted } from './permitted.ts'
import { inRounds } from './rounds.ts'

/** Hashes as our controller makes them; `primary` is that of the target from which it was made. */
export interface Revisions {
  target: string
  primary: string | undefined
}

/**
 * Undefined where the workloads may not be read, are not there, or are of a kind without a pod
 * template. No ConfigMap and no Secret is read: of those only the names matter here.
 */
export async function readRevisions(
  { canary, settings }: AsHandled,
  reader: Permitted,
): Promise<Revisions | undefined> {
  const { workloadFor } = await import('../../workloads/index.ts')
  const reading = {
    canary,
    now: new Date(0),
    settings: {
      selectorLabels: settings.selectorLabels ?? usualSelectorLabels,
      includeLabelPrefix: settings.includeLabelPrefixes ?? [],
      configTracking: true,
    },
  }
  const { answer } = await inRounds(
    (find) => workloadFor(canary).observe({ ...reading, find: withoutContents(find) }),
    reader,
  )
  if (!answer || reader.denied.has(canary.spec.targetRef.kind)) return undefined
  return { target: answer.revision, primary: answer.primaryRevision }
}

/** Every configuration counts as there and tracked; one whose name says so as the primary's. */
function withoutContents(find: Find): Find {
  return <T extends KubeObject>(ref: Parameters<Find>[0]): T | undefined => {
    if (ref.kind !== 'ConfigMap' && ref.kind !== 'Secret') return find<T>(ref)
    const { apiVersion, kind, name, namespace = '' } = ref
    const owner = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: '', uid: '' }
    const ownerReferences = name.endsWith('-primary') ? [owner] : []
    const stub = {
      apiVersion,
      kind,
      metadata: { name, namespace, ownerReferences },
      type: 'Opaque',
    }
    return stub as unknown as T
  }
}
