/** What people are shown of a kind of target. Small, and loaded without the rest of its folder. */
import type { KubeObject } from '../objects.ts'
import type { ResourceKind } from '../resource-kind.ts'

/** What the controllers of Kubernetes say of a workload. */
export interface WorkloadCondition {
  type: string
  status: string
  reason?: string
  message?: string
  lastUpdateTime?: string
}

/** The parts that objects with a pod template have in common. */
export interface WorkloadObject extends KubeObject {
  spec?: {
    replicas?: number
    selector?: { matchLabels?: Record<string, string> }
    template?: { spec?: { containers?: { name: string; image?: string }[] } }
  }
  status?: {
    readyReplicas?: number
    desiredNumberScheduled?: number
    numberReady?: number
    conditions?: WorkloadCondition[]
  }
}

/** Pods by number, as kubectl counts them. */
export interface PodCount {
  wanted: number
  ready: number
}

/** `shown.ts` of the folder of a kind. */
export interface ShownWorkload {
  kind: ResourceKind
  /** Whether a target is of this kind; as in Flagger, the version is not asked for. */
  serves(target: { apiVersion?: string; kind: string }): boolean
  /** What people type in place of the kind, beside its name and its plural: `deploy`. */
  shortNames: readonly string[]
  /** What nearly all targets are: offered before others. */
  isUsual?: true
  /** Its older templates stand in ReplicaSets. */
  hasReplicaSets?: true
  /** Absent for a kind that has no pods of its own, and no primary. */
  podsOf?(object: WorkloadObject): PodCount
  /** Since when it has too few pods, RFC 3339; absent for a kind whose objects do not say so. */
  lackingSince?(object: WorkloadObject): string | undefined
}
