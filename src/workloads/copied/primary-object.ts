/** The primary: created where it is missing, and brought up to the target. */

import { managedBy, ownerReference } from '../../canary/names/ownership.ts'
import { isMap, readJson } from '../../json.ts'
import { copiedAnnotations, keep, prefixed } from '../metadata.ts'
import type { Templated } from '../pods/pod-template.ts'
import { stableId } from '../revision.ts'
import type { WorkloadContext } from '../workload.ts'
import type { CopiedKind } from './copied-kind.ts'
import { primaryTemplate } from './primary.ts'
import { type CopiedRead, isTrackedBy } from './read.ts'

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * The primary as the target is now. Equal input gives an equal object, and one that runs the
 * target already is returned as it was found.
 */
export function primaryObject<T extends Templated>(
  kind: CopiedKind<T>,
  read: CopiedRead<T>,
  context: WorkloadContext,
): Templated {
  const { target, primary, identity, rewriting, configs } = read
  const base: Headed = primary ?? newPrimary(kind, context)
  return {
    ...base,
    metadata: metadataOf(base, kind, read, context),
    spec: {
      ...withoutMinReady(primary?.spec),
      ...pick(target.spec, kind.settings),
      ...(!primary && pick(target.spec, kind.settingsWhenMade ?? [])),
      ...(kind.size && { replicas: replicasOf(kind.size, read, context) }),
      selector: primary?.spec.selector ?? { matchLabels: identity.primary },
      template: primaryTemplate(target.spec.template, rewriting, {
        id: idOf(read, context),
        isTracked: isTrackedBy(configs),
      }),
    },
  }
}

type Headed = Pick<Templated, 'apiVersion' | 'kind' | 'metadata'>

function newPrimary<T extends Templated>(
  { kind }: CopiedKind<T>,
  { canary }: WorkloadContext,
): Headed {
  const { primaryName: name, namespace } = canary
  const ownerReferences = [ownerReference(canary)]
  return { apiVersion: 'apps/v1', kind, metadata: { name, namespace, ownerReferences } }
}

/** Labels and annotations are those of the target; the label that tells the two apart is its own. */
function metadataOf<T extends Templated>(
  { metadata }: Headed,
  kind: CopiedKind<T>,
  read: CopiedRead<T>,
  { settings }: WorkloadContext,
): Templated['metadata'] {
  const { target, identity } = read
  const { annotations: _annotations, ...kept } = metadata
  const annotations = annotationsOf(read, kind)
  return {
    ...kept,
    labels: {
      ...managedBy,
      ...prefixed(target.metadata.labels, settings.includeLabelPrefix),
      [identity.key]: identity.primary[identity.key] ?? '',
    },
    ...(Object.keys(annotations).length > 0 && { annotations }),
  }
}

/** One rule for creation and promotion; what Kubernetes itself wrote on the primary stays. */
function annotationsOf<T extends Templated>(
  { target, primary }: CopiedRead<T>,
  { isKubernetes }: CopiedKind<T>,
): Record<string, string> {
  const copied = copiedAnnotations(target.metadata.annotations)
  return {
    ...keep(copied, (key) => !isKubernetes(key)),
    ...keep(primary?.metadata.annotations ?? {}, isKubernetes),
  }
}

/** Unlike the other settings it has no default, so that a target without it has none. */
function withoutMinReady(spec: object = {}): object {
  return Object.fromEntries(Object.entries(spec).filter(([key]) => key !== 'minReadySeconds'))
}

function pick(spec: object, fields: readonly string[]): object {
  const isPicked = ([key, value]: [string, unknown]) => fields.includes(key) && value !== undefined
  return Object.fromEntries(Object.entries(spec).filter(isPicked))
}

/** An autoscaled primary keeps its size; and no promotion scales one to zero. */
function replicasOf<T extends Templated>(
  size: (of: T) => number,
  { target, primary }: CopiedRead<T>,
  { canary, sizing, keepsSize = false }: WorkloadContext,
): number {
  const wanted = size(target)
  if (!primary) return wanted || (appliedReplicas(target) ?? sizing?.smallest) || 1
  const current = size(primary)
  return canary.spec.autoscalerRef || keepsSize || wanted === 0 ? current : wanted
}

/**
 * As many as somebody applied: a target that an earlier canary left at rest, and whose primary is
 * gone with that, says itself nothing of its size any more.
 */
function appliedReplicas({ metadata }: Templated): number | undefined {
  const manifest = readJson(metadata.annotations?.[lastApplied] ?? '{}')
  const spec = isMap(manifest) ? manifest.spec : undefined
  const replicas = isMap(spec) ? spec.replicas : undefined
  return Number.isInteger(replicas) ? Number(replicas) : undefined
}

/** New for each run and each content, so that a change of configuration restarts the pods. */
export function idOf({ revision, checksums }: CopiedRead, { canary }: WorkloadContext): string {
  return stableId({
    canary: canary.metadata.uid,
    revision,
    configs: checksums,
    run: canary.status.canaryAnalysis?.runId,
  })
}
