/** What target and primary hold now, whatever the status says of it. */
import type { Find, KubeObject } from '../../objects.ts'
import {
  usualSelectorLabels,
  type Workload,
  type WorkloadContext,
  type WorkloadSettings,
} from '../../workloads/workload.ts'
import type { AsHandled } from '../as-handled.ts'
import { isTargetNamed } from '../named-target.ts'
import { shownWorkload } from '../shown-kinds.ts'
import type { Permitted } from './permitted.ts'
import { inRounds, type Rounds } from './rounds.ts'

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
  handled: AsHandled,
  reader: Permitted,
): Promise<Revisions | undefined> {
  const { answer } = await askWorkload(handled, reader, (workload, of) => workload.observe(of))
  if (!answer || reader.hidden.has(handled.canary.spec.targetRef.kind)) return undefined
  return { target: answer.revision, primary: answer.primaryRevision }
}

/**
 * The target as people name it, such as `deployment/podinfo`, where it is known not to be there;
 * undefined where it is, may not be read, or is of a kind that nobody here knows.
 */
export async function missingTarget(
  { canary }: AsHandled,
  reader: Permitted,
): Promise<string | undefined> {
  const { namespace, spec } = canary
  const shown = isTargetNamed(canary) ? shownWorkload(spec.targetRef) : undefined
  if (!shown) return undefined
  const { apiVersion, kind } = shown.kind
  const { name } = spec.targetRef
  const found = await reader.get({ apiVersion, kind, namespace, name })
  return found || reader.hidden.has(kind) ? undefined : `${kind.toLowerCase()}/${name}`
}

/** What the workload of a canary says to a question, without the content of configurations. */
export async function askWorkload<T>(
  { canary, settings }: AsHandled,
  reader: Permitted,
  ask: (workload: Workload, context: WorkloadContext) => T,
): Promise<Rounds<T>> {
  const { workloadFor } = await import('../../workloads/index.ts')
  const reading = { canary, now: new Date(0), settings: settingsOf(settings) }
  return inRounds(
    (find) => ask(workloadFor(canary), { ...reading, find: withoutContents(find) }),
    reader,
  )
}

/** The settings of the controller, as far as the status tells of them. */
export function settingsOf(settings: AsHandled['settings']): WorkloadSettings {
  return {
    selectorLabels: settings.selectorLabels ?? usualSelectorLabels,
    includeLabelPrefix: settings.includeLabelPrefixes ?? [],
    configTracking: true,
  }
}

/** Every configuration counts as there and tracked; one whose name says so as the primary's. */
function withoutContents(find: Find): Find {
  return <T extends KubeObject>(ref: Parameters<Find>[0]): T | undefined => {
    if (ref.kind !== 'ConfigMap' && ref.kind !== 'Secret') return find<T>(ref)
    const { apiVersion, kind, name, namespace = '' } = ref
    const owner = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: '', uid: '' }
    const ownerReferences = name.endsWith('-primary') ? [owner] : []
    const stub: KubeObject & { type: string } = {
      apiVersion,
      kind,
      metadata: { name, namespace, ownerReferences },
      type: 'Opaque',
    }
    return stub as KubeObject as T
  }
}
