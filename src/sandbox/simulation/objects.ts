/** The parts of built-in objects that the simulation reads and writes. */
import type { KubeObject, Metadata } from '../../objects.ts'

export interface PodTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }
  spec: {
    containers: { name: string; image?: string; ports?: { containerPort: number }[] }[]
    nodeSelector?: Record<string, string>
    [field: string]: unknown
  }
}

export interface Deployment extends KubeObject {
  spec: {
    replicas?: number
    progressDeadlineSeconds?: number
    selector: { matchLabels?: Record<string, string> }
    template: PodTemplate
    strategy?: { rollingUpdate?: { maxSurge?: number | string } }
  }
  status?: DeploymentStatus
}

export interface DeploymentStatus {
  observedGeneration?: number
  replicas?: number
  updatedReplicas?: number
  readyReplicas?: number
  availableReplicas?: number
  unavailableReplicas?: number
  conditions?: WorkloadCondition[]
}

export interface WorkloadCondition {
  type: string
  status: 'True' | 'False'
  reason: string
  message: string
  lastUpdateTime: string
  lastTransitionTime: string
}

export interface ReplicaSet extends KubeObject {
  spec: {
    replicas?: number
    selector: { matchLabels: Record<string, string> }
    template: PodTemplate
  }
  status?: { replicas: number; readyReplicas?: number; availableReplicas?: number }
}

export interface DaemonSet extends KubeObject {
  spec: { selector: { matchLabels?: Record<string, string> }; template: PodTemplate }
  status?: Record<string, unknown>
}

export interface Pod extends KubeObject {
  spec: PodTemplate['spec'] & { nodeName?: string }
  status?: {
    phase?: string
    podIP?: string
    startTime?: string
    conditions?: { type: string; status: string }[]
    containerStatuses?: { name: string; ready: boolean; restartCount: number; image: string }[]
  }
}

export interface HorizontalPodAutoscaler extends KubeObject {
  spec: {
    scaleTargetRef: { apiVersion?: string; kind: string; name: string }
    minReplicas?: number
    maxReplicas: number
  }
  status?: Record<string, unknown>
}

export const kindOf = {
  deployment: { apiVersion: 'apps/v1', kind: 'Deployment' },
  replicaSet: { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  daemonSet: { apiVersion: 'apps/v1', kind: 'DaemonSet' },
  pod: { apiVersion: 'v1', kind: 'Pod' },
  autoscaler: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
} as const

/** Whether labels have all that a selector asks for. */
export function matches(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>> = {},
): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value)
}

export function isReady({ metadata, status }: Pod): boolean {
  const ready = status?.conditions?.some(
    ({ type, status: is }) => type === 'Ready' && is === 'True',
  )
  return metadata.deletionTimestamp === undefined && ready === true
}

export function controllerOf({
  apiVersion,
  kind,
  metadata,
}: KubeObject): NonNullable<Metadata['ownerReferences']>[number] {
  const { name, uid = '' } = metadata
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }
}

export function isControlledBy({ metadata }: KubeObject, owner: KubeObject): boolean {
  return metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid) ?? false
}
