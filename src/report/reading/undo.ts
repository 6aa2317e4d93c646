/** What has to be known before a target goes back. */
import { resourceKind } from '../../known-kinds.ts'
import type { UndoFacts } from '../../undo/plan.ts'
import type { Templated } from '../../workloads/pods/pod-template.ts'
import type { AsHandled } from '../as-handled.ts'
import { isTargetNamed } from '../named-target.ts'
import { shownWorkload } from '../shown-kinds.ts'
import type { Permitted } from './permitted.ts'
import { askWorkload } from './revisions.ts'

/** Undefined where there is no target, none is named, or it has no pod template. */
export async function readUndoFacts(
  handled: AsHandled,
  reader: Permitted,
): Promise<Omit<UndoFacts, 'toRevision'> | undefined> {
  const { canary } = handled
  const { spec, namespace, targetName, primaryName } = canary
  const shown = shownWorkload(spec.targetRef)
  if (!shown?.podsOf || !isTargetNamed(canary)) return undefined
  const { apiVersion, kind } = shown.kind
  const [target, primary, asked] = await Promise.all([
    reader.get<Templated>({ apiVersion, kind, namespace, name: targetName }),
    reader.get<Templated>({ apiVersion, kind, namespace, name: primaryName }),
    askWorkload(handled, reader, (workload, of) => workload.goBack?.(of) ?? []),
  ])
  if (!target) return undefined
  return {
    canary,
    target,
    hasPrimary: primary !== undefined,
    // What the question gives is the target itself.
    behindPrimary: asked.answer?.[0] as Templated | undefined,
    replicaSets: shown.hasReplicaSets ? await readReplicaSets(target, reader) : [],
  }
}

async function readReplicaSets(target: Templated, reader: Permitted): Promise<Templated[]> {
  const labels = Object.entries(target.spec.selector.matchLabels ?? {})
  if (labels.length === 0) return []
  const kind = resourceKind({ apiVersion: 'apps/v1', kind: 'ReplicaSet' })
  const { namespace = '', uid } = target.metadata
  const labelSelector = labels.map(([key, value]) => `${key}=${value}`).join(',')
  const found = (await reader.list<Templated>(kind, { namespace, labelSelector })) ?? []
  return found.filter(({ metadata }) => metadata.ownerReferences?.some((one) => one.uid === uid))
}
