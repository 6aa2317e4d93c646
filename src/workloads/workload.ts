/** A workload is what `spec.targetRef` names, and its promoted copy, the primary. */
import type { Canary } from '../canary/canary.ts'
import type { Find, KubeObject, ObjectRef, Restoration } from '../objects.ts'
import type { ResourceKind } from '../resource-kind.ts'

/** A port of the generated Services that the target's containers offer. */
export interface ServicePort {
  name: string
  port: number
  targetPort: number | string
  protocol: string
  appProtocol?: string
}

/** What Services and routes need to know of target and primary. */
export interface WorkloadFacts {
  /** Label that generated Services carry with their own name, as Flagger's do: `app`. */
  selectorKey: string
  /** Selects the pods of the target, and no others. */
  targetLabels: Readonly<Record<string, string>>
  /** Selects the pods of the primary: all of them have these labels as long as it exists. */
  primaryLabels: Readonly<Record<string, string>>
  /**
   * Further labels that tell the primary's pods from those of others, where its own selector is
   * wider than the target's. Pods of an older template may lack them, unless they are on all.
   */
  furtherLabels?: { labels: Readonly<Record<string, string>>; areOnAll: boolean }
  /** Further container ports of the target, when `service.portDiscovery` asks for them. */
  discoveredPorts: ServicePort[]
  /** The same of the primary; absent where there is none yet. */
  primaryPorts?: ServicePort[]
  /** Names and numbers of all container ports; absent where there is no primary yet. */
  offered?: Record<'byTarget' | 'byPrimary', readonly (string | number)[]>
}

/** Where the controller was told of no others. */
export const usualSelectorLabels: readonly string[] = ['app', 'name', 'app.kubernetes.io/name']

export interface WorkloadSettings {
  /** Label keys that may select pods, in order of preference. */
  selectorLabels: readonly string[]
  /** Prefixes of labels and annotations that are copied to the primary; `*` copies all. */
  includeLabelPrefix: readonly string[]
  configTracking: boolean
}

/** What the functions of workloads and scalers are given to read. */
export interface Reading {
  canary: Canary
  find: Find
  settings: WorkloadSettings
}

/** What an autoscaler makes of the sizes of target and primary. */
export interface Sizing {
  /** With so many pods a canary begins: at least 1. */
  smallest: number
  /** It may have them at zero until there is something to do, also in a run. */
  mayRest: Sides
}

/** One answer each for target and primary. */
export interface Sides {
  target: boolean
  primary: boolean
}

export interface WorkloadContext extends Reading {
  /** For deadlines. */
  now: Date
  /** What the autoscaler of the canary says; absent where it has none. */
  sizing?: Sizing | undefined
  /** An autoscaler that the Canary does not name sees to the primary: a promotion leaves its size. */
  keepsSize?: boolean
}

/** Readiness of target or primary. `why` is the whole sentence that users see in the event. */
export type Readiness =
  | { state: 'ready' }
  /** `onceMade` is what is waited for right after `initialize` made it, where that is known. */
  | { state: 'missing'; why: string; onceMade?: string }
  /**
   * It will come, or the user must act: nothing is lost by waiting. `routine`: pods come and go as
   * they do in each run.
   */
  | { state: 'waiting'; why: string; routine?: true }
  /** Beyond its deadline: the run has to be rolled back. */
  | { state: 'failed'; why: string }

/** One read of target and primary. */
export interface WorkloadState {
  facts: WorkloadFacts
  target: Readiness
  primary: Readiness
  /** Identifies what a run would roll out: `v2:` and 40 hex digits; see `revision.ts`. */
  revision: string
  /** Revision of what the primary runs, computed back from the primary; absent when it is missing. */
  primaryRevision: string | undefined
  /** `metadata.generation` of the target. */
  generation: number
  /** Checksums of the tracked ConfigMaps and Secrets; undefined when tracking is off. */
  configs: Record<string, string> | undefined
  /** The same as Flagger counts them, where that differs. */
  originalConfigs?: Record<string, string>
  /** Container images, target and primary, in order; for alerts, history and `status`. */
  images: { container: string; primary: string | undefined; target: string }[]
  /** Whether the primary and its configuration are what `promote` would make of them. */
  promoted: boolean
  /**
   * Set where the primary is a first copy, made since the initialization began and of no verified
   * version, and the target or its configuration are others now.
   */
  copyIsBehind?: boolean
  /** Who has a pod that is ready; absent for a kind whose pods nobody counts. */
  serving?: Sides
  /** Who wants no pods at all; absent for a kind that never rests. */
  atRest?: Sides
  /** Pods wanted by target and primary; absent for a kind that is not sized by number. */
  sizes?: { target: number; primary: number }
  /** What the person who runs it should know, one sentence each. */
  warnings?: readonly string[]
}

/** Who gave a workload its size, as the API server records it. */
export interface SizeWriter {
  /** `kubectl`, `kustomize-controller`, `kube-controller-manager` for an autoscaler. */
  manager: string
  /** By `kubectl scale` or an autoscaler, and not as part of what somebody applied. */
  byScale: boolean
}

/** Writers of both workloads; absent where that is not known. */
export interface SizeWriters {
  target?: SizeWriter | undefined
  primary?: SizeWriter | undefined
  /** An autoscaler that sees to the primary though the Canary does not name it. */
  autoscaler?: string | undefined
}

/** Kubernetes objects in, desired objects out; never any I/O. */
export interface Workload {
  /**
   * Every object that the functions below may look up. Called again with more found until the
   * answer is stable: the target's template names the ConfigMaps and Secrets.
   */
  reads(of: Reading): ObjectRef[]
  /** Why the target, where it is there, can't be released by what it says itself. */
  unusable?(of: Reading): string | undefined
  /**
   * Throws InvalidSpecError, with Flagger's text, when the target is missing or can't be used.
   */
  observe(context: WorkloadContext): WorkloadState
  /** The facts as the primary alone tells them, for a target that is gone or can't be used. */
  factsOfPrimary(context: WorkloadContext): WorkloadFacts | undefined
  /** Config copies, then the primary, where it is missing; empty when all is there. */
  initialize(context: WorkloadContext): KubeObject[]
  /**
   * Config copies, then the primary as the target is now. Repeating it for the same revision and
   * configuration changes nothing.
   */
  promote(context: WorkloadContext): KubeObject[]
  /** The target at zero or at full scale; empty where there is nothing to do. */
  scale(context: WorkloadContext, to: 'zero' | 'full'): KubeObject[]
  /** The primary with so many replicas; empty where there is nothing to do, or no such number. */
  resize(context: WorkloadContext, replicas: number): KubeObject[]
  /** The target with what the primary runs; empty where it has that, or there is no primary. */
  goBack?(context: WorkloadContext): KubeObject[]
  /** Of all budgets of the namespace, the one for the primary's pods, and what is to go. */
  protect?(context: WorkloadContext, budgets: readonly KubeObject[]): Restoration
  /** Undoes it all, for `revertOnDeletion`. */
  restore(context: WorkloadContext): Restoration
}

/** One folder for each kind of target: all that is known of it. */
export interface WorkloadKind {
  /** The kind as `spec.targetRef` writes it. */
  kind: string
  /** Whether a target of this kind is its own: kinds of one name differ by their API group. */
  serves(target: { apiVersion: string; kind: string }): boolean
  /** Kinds that it reads or writes; RBAC and watches come from it. */
  kinds: readonly ResourceKind[]
  /** Of these kinds it makes no object: users do, and no right to do so is asked for. */
  found?: readonly ResourceKind[]
  /** Of these kinds it writes no object at all. */
  onlyRead?: readonly ResourceKind[]
  /** Others run the pods that it leads to: it has none that a Service could select. */
  leadsToPods?: true
  /** What a Canary of such a target gets wrong, one whole sentence each. */
  problems?(canary: Canary): string[]
  /** Where the names by which a target is measured are others than a Deployment's. */
  measured?: MeasuredNames
  workload: Workload
}

/** What built-in queries call a target. */
export interface MeasuredNames {
  /** What names of its pods have after `NAME-`, as a regular expression. */
  podNameEnds?: string
  /** What events put behind the provider that measures. */
  suffix?: string
  /** What routes lead to, where it has a name of its own. */
  route?(of: Pick<Reading, 'canary' | 'find'>): string | undefined
}
