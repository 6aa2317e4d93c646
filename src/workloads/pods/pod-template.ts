/** The parts of pods and Deployments that are read or rewritten; all other fields pass through. */
import type { KubeObject } from '../../objects.ts'
import type { WorkloadCondition } from '../shown.ts'

export interface LabelSelector {
  matchLabels?: Record<string, string>
  matchExpressions?: { key: string; operator: string; values?: string[] }[]
}

interface ConfigSource {
  name?: string
  optional?: boolean
}

export interface EnvVar {
  name: string
  valueFrom?: { configMapKeyRef?: ConfigSource; secretKeyRef?: ConfigSource }
}

export interface EnvFrom {
  configMapRef?: ConfigSource
  secretRef?: ConfigSource
}

export interface ContainerPort {
  name?: string
  containerPort: number
  hostPort?: number
  protocol?: string
}

export interface Container {
  name: string
  image?: string
  ports?: ContainerPort[]
  env?: EnvVar[]
  envFrom?: EnvFrom[]
}

export interface ProjectedSource {
  configMap?: ConfigSource
  secret?: ConfigSource
}

export interface Volume {
  name: string
  configMap?: ConfigSource
  secret?: { secretName?: string; optional?: boolean }
  projected?: { sources?: ProjectedSource[] }
}

export interface PodAffinityTerm {
  labelSelector?: LabelSelector
  namespaces?: string[]
  namespaceSelector?: LabelSelector
}

interface PodAffinityRules {
  preferredDuringSchedulingIgnoredDuringExecution?: { podAffinityTerm: PodAffinityTerm }[]
  requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[]
}

export interface Affinity {
  podAffinity?: PodAffinityRules
  podAntiAffinity?: PodAffinityRules
}

export interface PodSpec {
  containers: Container[]
  initContainers?: Container[]
  volumes?: Volume[]
  affinity?: Affinity
  topologySpreadConstraints?: { labelSelector?: LabelSelector }[]
  nodeSelector?: Record<string, string>
  tolerations?: object[]
  hostNetwork?: boolean
}

export interface PodTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> }
  spec: PodSpec
}

/** A workload of any kind: it makes pods of a template, and selects them. */
export interface Templated extends KubeObject {
  spec: { selector: LabelSelector; template: PodTemplate }
}

export interface Deployment extends Templated {
  spec: Templated['spec'] & {
    replicas?: number
    progressDeadlineSeconds?: number
    minReadySeconds?: number
    revisionHistoryLimit?: number
    strategy?: object
    paused?: boolean
  }
  status?: {
    observedGeneration?: number
    replicas?: number
    updatedReplicas?: number
    availableReplicas?: number
    readyReplicas?: number
    conditions?: WorkloadCondition[]
  }
}

export interface DaemonSet extends Templated {
  spec: Templated['spec'] & {
    minReadySeconds?: number
    revisionHistoryLimit?: number
    updateStrategy?: { type?: string }
  }
  status?: {
    observedGeneration?: number
    desiredNumberScheduled?: number
    updatedNumberScheduled?: number
    numberAvailable?: number
    numberReady?: number
  }
}

export interface StatefulSet extends Templated {
  spec: Templated['spec'] & {
    replicas?: number
    serviceName?: string
    minReadySeconds?: number
    updateStrategy?: { type?: string; rollingUpdate?: { partition?: number } }
    persistentVolumeClaimRetentionPolicy?: { whenDeleted?: string; whenScaled?: string }
    volumeClaimTemplates?: { metadata?: { name?: string } }[]
  }
  status?: {
    observedGeneration?: number
    replicas?: number
    updatedReplicas?: number
    availableReplicas?: number
    readyReplicas?: number
  }
}
