/** The copy of an autoscaler that scales the primary. */

import type { Canary } from '../canary/canary.ts'
import { isMadeFor, managedBy, ownerReference } from '../canary/names/ownership.ts'
import { InvalidSpecError } from '../errors.ts'
import type { KubeObject, Metadata } from '../objects.ts'
import type { ResourceKind } from '../resource-kind.ts'
import { sameContent } from '../workloads/canonical.ts'
import {
  copiedAnnotations,
  isOfTool,
  keep,
  prefixed,
  withoutToolkit,
} from '../workloads/metadata.ts'
import { revisionOf } from '../workloads/revision.ts'
import type { Reading } from '../workloads/workload.ts'
import { type Autoscaler, nameOf, pairOf, pairRefs } from './pair.ts'
import type { Follow } from './scaler.ts'

/** What a kind of autoscaler has of its own. */
export interface CopyRules<T extends Autoscaler> {
  kind: ResourceKind
  /** The spec for the primary. */
  specOf(target: T, canary: Canary): T['spec']
  /** Keys of the target's labels and annotations that the copy gets as well. */
  labels(key: string): boolean
  annotations(key: string): boolean
  /** The annotation that holds an autoscaler at zero, where that is done by one: no copy keeps it. */
  hold?: string
  faults(of: Reading): string[]
}

/** Says which spec was copied last: what differs from that was edited since. */
const copiedAnnotation = 'flagger.app/copied'

/**
 * The copy as `follow` has it; empty where what exists is left alone. Equal input gives an equal
 * object. Throws InvalidSpecError when there is none, and none can be made.
 */
export function copyFor<T extends Autoscaler>(
  of: Reading,
  rules: CopyRules<T>,
  follow: Follow,
): KubeObject[] {
  const { canary } = of
  const { target, primary } = pairOf<T>(of, rules.kind)
  if (primary && (follow === 'nothing' || !isMadeFor(primary, canary))) return []
  const [why] = rules.faults(of)
  if (!target || why !== undefined) {
    if (primary) return []
    throw new InvalidSpecError(`canary ${canary.label}: ${why}`)
  }
  const spec = rules.specOf(target, canary)
  const copied = revisionOf(spec)
  const stays = primary && follow === 'edits' && !isEdited(primary, copied)
  return [
    {
      ...(primary ?? { apiVersion: rules.kind.apiVersion, kind: rules.kind.kind }),
      metadata: metadataOf(of, rules, { target, primary, copied }),
      spec: stays ? primary.spec : spec,
    } as KubeObject,
  ]
}

/**
 * What Flagger made says nothing of what it copied: there the next edit is the first that counts,
 * and what was edited before comes with the next promotion, as with Flagger.
 */
function isEdited({ metadata }: KubeObject, copied: string): boolean {
  const known = metadata.annotations?.[copiedAnnotation]
  return known !== undefined && known !== copied
}

/** Whether somebody edited the copy by hand: it stays like that until the target's changes. */
export function editedByHand<T extends Autoscaler>(of: Reading, rules: CopyRules<T>): string[] {
  const { canary } = of
  const { target, primary } = pairOf<T>(of, rules.kind)
  if (!target || !primary || rules.faults(of).length > 0) return []
  const spec = rules.specOf(target, canary)
  const isCopy = primary.metadata.annotations?.[copiedAnnotation] === revisionOf(spec)
  if (!isCopy || sameContent(primary.spec, spec)) return []
  const refs = pairRefs(canary, rules.kind)
  return [
    `${nameOf(refs.primary)} was edited, and is left like that until ${refs.target.name} or ` +
      'spec.autoscalerRef is edited, or a version is promoted; for good, edit these',
  ]
}

/** What others wrote on the copy stays. */
function metadataOf<T extends Autoscaler>(
  { canary, settings }: Reading,
  rules: CopyRules<T>,
  { target, primary, copied }: { target: T; primary: T | undefined; copied: string },
): Metadata {
  const base: Metadata = primary?.metadata ?? {
    name: pairRefs(canary, rules.kind).primary.name,
    namespace: canary.namespace,
    ownerReferences: [ownerReference(canary)],
  }
  const labels = keep(
    withoutToolkit(target.metadata.labels),
    (key) => rules.labels(key) && !isOfTool(key),
  )
  return {
    ...base,
    labels: {
      ...base.labels,
      ...labels,
      ...managedBy,
      ...prefixed(labels, settings.includeLabelPrefix),
    },
    annotations: {
      ...keep(base.annotations ?? {}, (key) => key !== rules.hold),
      ...keep(copiedAnnotations(target.metadata.annotations), rules.annotations),
      [copiedAnnotation]: copied,
    },
  }
}
