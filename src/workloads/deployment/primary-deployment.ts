/** The primary Deployment: created where it is missing, and brought up to the target. */

import { managedBy, ownerReference } from '../../canary/ownership.ts'
import { copiedAnnotations, keep, prefixed } from '../metadata.ts'
import type { Deployment } from '../pod-template.ts'
import { primaryTemplate } from '../primary.ts'
import { stableId } from '../revision.ts'
import type { WorkloadContext } from '../workload.ts'
import { type DeploymentRead, isTrackedBy } from './read.ts'

/**
 * The primary as the target is now. Equal input gives an equal object, and one that runs the
 * target already is returned as it was found.
 */
export function primaryDeployment(read: DeploymentRead, context: WorkloadContext): Deployment {
  const { canary, settings } = context
  const { target, primary, identity, rewriting, configs } = read
  const { template, selector: _selector, replicas: _replicas, ...spec } = target.spec
  const base: Pick<Deployment, 'apiVersion' | 'kind' | 'metadata'> = primary ?? {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: canary.primaryName,
      namespace: canary.namespace,
      ownerReferences: [ownerReference(canary)],
    },
  }
  const { annotations: _annotations, ...metadata } = base.metadata
  const annotations = annotationsOf(target, primary)
  return {
    ...base,
    metadata: {
      ...metadata,
      labels: {
        ...managedBy,
        ...prefixed(target.metadata.labels, settings.includeLabelPrefix),
        [identity.key]: identity.primary[identity.key] ?? '',
      },
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: {
      ...withoutMinReady(primary?.spec),
      ...rolloutSettings(spec),
      replicas: replicasOf(read, context),
      selector: primary?.spec.selector ?? { matchLabels: identity.primary },
      template: primaryTemplate(template, rewriting, {
        id: idOf(read, context),
        isTracked: isTrackedBy(configs),
      }),
    },
  }
}

/** One rule for creation and promotion; what Kubernetes itself wrote on the primary stays. */
function annotationsOf(
  target: Deployment,
  primary: Deployment | undefined,
): Record<string, string> {
  const kubernetes = keep(primary?.metadata.annotations ?? {}, (key) =>
    key.startsWith('deployment.kubernetes.io/'),
  )
  return { ...copiedAnnotations(target.metadata.annotations), ...kubernetes }
}

/** Unlike the other settings it has no default, so that a target without it has none. */
function withoutMinReady(spec: Partial<Deployment['spec']> = {}): Partial<Deployment['spec']> {
  const { minReadySeconds: _, ...others } = spec
  return others
}

function rolloutSettings(spec: Partial<Deployment['spec']>): Partial<Deployment['spec']> {
  const { progressDeadlineSeconds, minReadySeconds, revisionHistoryLimit, strategy } = spec
  return {
    ...(progressDeadlineSeconds !== undefined && { progressDeadlineSeconds }),
    ...(minReadySeconds !== undefined && { minReadySeconds }),
    ...(revisionHistoryLimit !== undefined && { revisionHistoryLimit }),
    ...(strategy !== undefined && { strategy }),
  }
}

/** An autoscaled primary keeps its size; and no promotion scales one to zero. */
function replicasOf(
  { target, primary }: DeploymentRead,
  { canary, keepsSize = false }: WorkloadContext,
): number {
  const wanted = target.spec.replicas ?? 1
  if (!primary) return wanted > 0 ? wanted : 1
  const current = primary.spec.replicas ?? 1
  return canary.spec.autoscalerRef || keepsSize || wanted === 0 ? current : wanted
}

/** New for each run and each content, so that a change of configuration restarts the pods. */
function idOf({ revision, checksums }: DeploymentRead, { canary }: WorkloadContext): string {
  return stableId({
    canary: canary.metadata.uid,
    revision,
    configs: checksums,
    run: canary.status.canaryAnalysis?.runId,
  })
}
