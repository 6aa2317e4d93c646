/** The parts of built-in objects that the simulation reads and writes. */
import type { KubeObject, Metadata } from '../../objects.ts'
import type { Strategy } from './controllers/rollout.ts'

export interface PodTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }
  spec: {
    containers: {
      name: string
      image?: string
      ports?: { name?: string; containerPort: number }[]
    }[]
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
    strategy?: Strategy
    minReadySeconds?: number
    revisionHistoryLimit?: number
    paused?: boolean
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
  status: 'True' | 'False' | 'Unknown'
  reason: string
  message: string
  lastUpdateTime: string
  lastTransitionTime: string
}

export interface ReplicaSet extends KubeObject {
  spec: {
    replicas?: number
    minReadySeconds?: number
    selector: { matchLabels: Record<string, string> }
    template: PodTemplate
  }
  status?: {
    observedGeneration?: number
    replicas: number
    fullyLabeledReplicas?: number
    readyReplicas?: number
    availableReplicas?: number
  }
}

export interface DaemonSet extends KubeObject {
  spec: {
    selector: { matchLabels?: Record<string, string> }
    template: PodTemplate
    minReadySeconds?: number
    updateStrategy?: {
      type?: 'RollingUpdate' | 'OnDelete'
      rollingUpdate?: { maxUnavailable?: number | string }
    }
  }
  status?: Record<string, unknown>
}

export interface StatefulSet extends KubeObject {
  spec: {
    replicas?: number
    selector: { matchLabels?: Record<string, string> }
    template: PodTemplate
    minReadySeconds?: number
    ordinals?: { start?: number }
    podManagementPolicy?: 'OrderedReady' | 'Parallel'
    updateStrategy?: {
      type?: 'RollingUpdate' | 'OnDelete'
      rollingUpdate?: { partition?: number }
    }
  }
  status?: { currentRevision?: string; [field: string]: unknown }
}

export interface Pod extends KubeObject {
  spec: PodTemplate['spec'] & { nodeName?: string }
  status?: {
    phase?: string
    podIP?: string
    startTime?: string
    conditions?: { type: string; status: string; lastTransitionTime?: string }[]
    containerStatuses?: {
      name: string
      ready: boolean
      restartCount: number
      image: string
      state?: { running: { startedAt: string } } | { waiting: { reason: string; message: string } }
    }[]
  }
}

/** What an autoscaler scales. */
export interface ScaleTarget {
  apiVersion?: string
  kind?: string
  name: string
}

/** A custom kind, of KEDA. */
export interface ScaledObject extends KubeObject {
  spec: {
    scaleTargetRef: ScaleTarget
    minReplicaCount?: number
    maxReplicaCount?: number
    advanced?: { horizontalPodAutoscalerConfig?: { name?: string } }
  }
}

export interface HorizontalPodAutoscaler extends KubeObject {
  spec: {
    scaleTargetRef: ScaleTarget
    minReplicas?: number
    maxReplicas: number
  }
  status?: Record<string, unknown>
}

export interface Service extends KubeObject {
  spec: {
    selector?: Record<string, string>
    ports?: { name?: string; port: number; targetPort?: number | string; protocol?: string }[]
  }
}

export interface EndpointSlice extends KubeObject {
  addressType: 'IPv4'
  endpoints: {
    addresses: string[]
    conditions: { ready: boolean; serving: boolean; terminating: boolean }
    nodeName?: string
    targetRef: { kind: string; name: string; namespace: string; uid: string }
  }[]
  ports: { name: string; port: number; protocol: string }[]
}

export const kindOf = {
  deployment: { apiVersion: 'apps/v1', kind: 'Deployment' },
  replicaSet: { apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  daemonSet: { apiVersion: 'apps/v1', kind: 'DaemonSet' },
  statefulSet: { apiVersion: 'apps/v1', kind: 'StatefulSet' },
  pod: { apiVersion: 'v1', kind: 'Pod' },
  service: { apiVersion: 'v1', kind: 'Service' },
  endpointSlice: { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
  autoscaler: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
} as const

/** What is simulated though a cluster may not have it. */
export const scaledObjectKind = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject' } as const

/** Whether labels have all that a selector asks for. */
export function matches(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>> = {},
): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value)
}

/** Whether a pod takes traffic: its condition Ready is true, and it is not being deleted. */
export function isReady({ metadata, status }: Pod): boolean {
  const ready = status?.conditions?.some(
    ({ type, status: is }) => type === 'Ready' && is === 'True',
  )
  return metadata.deletionTimestamp === undefined && ready === true
}

/** Pods that have been ready for that long, and when the next one will have been. */
export function availability(
  pods: readonly Pod[],
  minReadySeconds: number,
  now: Date,
): { available: number; nextMs: number | undefined } {
  const waits = pods.filter(isReady).map(({ status }) => {
    const since = status?.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime
    return Date.parse(since ?? '') + minReadySeconds * 1_000 - now.getTime()
  })
  const open = waits.filter((ms) => ms > 0)
  return {
    available: waits.length - open.length,
    nextMs: open.length > 0 ? Math.min(...open) : undefined,
  }
}

/** The owner reference of what this object controls. */
export function controllerOf({
  apiVersion,
  kind,
  metadata,
}: KubeObject): NonNullable<Metadata['ownerReferences']>[number] {
  const { name, uid = '' } = metadata
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }
}
