/** Target and primary with their pods, as reports show them. Pure. */

import type { ImageChange, PodTrouble } from '../canary/api.gen.ts'
import type { Canary } from '../canary/canary.ts'
import { isUnderWay } from '../canary/phases.ts'
import { type Pod, podTroubles } from '../workloads/pods/pod-trouble.ts'
import type { WorkloadObject } from '../workloads/shown.ts'
import { isTargetNamed } from './named-target.ts'
import { podsOf } from './shown-kinds.ts'

export interface PodReport {
  name: string
  /** As `kubectl get pods` says it, such as `Running` or `CrashLoopBackOff`. */
  status: string
  ready: string
  restarts: number
  node: string | null
  createdAt: string | null
}

export interface WorkloadReport {
  /** Empty, as the name, where the Canary does not say. */
  kind: string
  name: string
  found: boolean
  desired: number
  ready: number
  images: string[]
  createdAt: string | null
  pods: PodReport[]
  /** What keeps pods from becoming ready, one for each reason. */
  troubles: PodTrouble[]
}

/** One workload; an absent object is reported as not found. */
export function workloadReport(
  name: string,
  canary: Canary,
  object: WorkloadObject | undefined,
  pods: readonly Pod[] = [],
): WorkloadReport {
  const isNamed = isTargetNamed(canary)
  const count = podsOf(canary, object)
  return {
    kind: isNamed ? canary.spec.targetRef.kind : '',
    name: isNamed ? name : '',
    found: object !== undefined,
    desired: count?.wanted ?? 0,
    ready: count?.ready ?? 0,
    images: containersOf(object).map(({ image = '' }) => image),
    createdAt: object?.metadata.creationTimestamp ?? null,
    pods: pods.map(podReport),
    troubles: podTroubles(pods, object),
  }
}

/**
 * The change of images that a run makes: as the run recorded it, or else what target and primary
 * hold now.
 */
export function changesOf(of: {
  canary: Canary
  target?: WorkloadObject | undefined
  primary?: WorkloadObject | undefined
}): ImageChange[] {
  const { target, primary } = of
  const { status } = of.canary
  const [last] = status.history ?? []
  const changing = isUnderWay(status.phase) || status.phase === 'Failed'
  if (changing && status.canaryAnalysis?.images) return status.canaryAnalysis.images
  if (!isUnderWay(status.phase) && last?.images && last.revision === status.lastAppliedSpec)
    return last.images
  const promoted = containersOf(primary)
  return containersOf(target).flatMap(({ name, image }): ImageChange[] => {
    const from = promoted.find((other) => other.name === name)?.image
    if (from === image || image === undefined) return []
    return [{ container: name, ...(from !== undefined && { from }), to: image }]
  })
}

function containersOf(object: WorkloadObject | undefined): { name: string; image?: string }[] {
  return object?.spec?.template?.spec?.containers ?? []
}

function podReport({ metadata, spec, status }: Pod): PodReport {
  const containers = status?.containerStatuses ?? []
  const count = spec?.containers?.length ?? containers.length
  const troubled = containers.find(({ state }) => state?.waiting ?? state?.terminated)?.state
  const reason = troubled?.waiting?.reason ?? troubled?.terminated?.reason
  return {
    name: metadata.name,
    status: metadata.deletionTimestamp
      ? 'Terminating'
      : (status?.reason ?? reason ?? status?.phase ?? 'Unknown'),
    ready: `${containers.filter(({ ready }) => ready).length}/${count}`,
    restarts: containers.reduce((sum, { restartCount = 0 }) => sum + restartCount, 0),
    node: spec?.nodeName ?? null,
    createdAt: metadata.creationTimestamp ?? null,
  }
}
