/** The parts of Argo Rollouts' objects that are read; anything else is told of, or left out. */
import type { KubeObject } from '../../objects.ts'
import type { PodTemplate } from '../../workloads/pods/pod-template.ts'

export const argoGroup = 'argoproj.io'

/** Outside data: every field may be missing, and lists are read by `listOf`. */
export interface Rollout extends KubeObject {
  spec?: {
    replicas?: number
    selector?: { matchLabels?: Record<string, string> }
    template?: PodTemplate
    workloadRef?: { apiVersion?: string; kind?: string; name?: string }
    minReadySeconds?: number
    revisionHistoryLimit?: number
    progressDeadlineSeconds?: number
    paused?: boolean
    strategy?: { canary?: CanaryStrategy; blueGreen?: BlueGreen }
  }
}

export interface CanaryStrategy {
  stableService?: string
  canaryService?: string
  steps?: Step[]
  analysis?: AnalysisUse & { startingStep?: number }
  trafficRouting?: TrafficRouting
}

export interface BlueGreen {
  activeService?: string
  previewService?: string
  autoPromotionEnabled?: boolean
  autoPromotionSeconds?: number
  prePromotionAnalysis?: AnalysisUse
  postPromotionAnalysis?: AnalysisUse
}

export interface Step {
  setWeight?: number
  pause?: { duration?: number | string } | null
  analysis?: AnalysisUse
  setHeaderRoute?: { match?: HeaderMatch[] }
  setMirrorRoute?: { percentage?: number; match?: unknown[] }
}

export interface HeaderMatch {
  headerName?: string
  headerValue?: { exact?: string; regex?: string; prefix?: string }
}

export interface AnalysisUse {
  templates?: { templateName?: string; clusterScope?: boolean }[]
  args?: Arg[]
  dryRun?: DryRun[]
}

export interface DryRun {
  metricName?: string
}

export interface Arg {
  name?: string
  value?: string
  valueFrom?: {
    podTemplateHashValue?: string
    fieldRef?: { fieldPath?: string }
    secretKeyRef?: unknown
  }
}

export interface TrafficRouting {
  istio?: {
    virtualService?: { name?: string }
    virtualServices?: { name?: string }[]
    destinationRule?: unknown
  }
  alb?: { ingress?: string; ingresses?: string[]; rootService?: string }
  smi?: { rootService?: string }
  nginx?: { stableIngress?: string; stableIngresses?: string[] }
  traefik?: { weightedTraefikServiceName?: string }
  apisix?: { route?: { name?: string } }
  plugins?: Record<string, { httpRoute?: string }>
  maxTrafficWeight?: number
}

/** An AnalysisTemplate, or one for the whole cluster. */
export interface AnalysisTemplate extends KubeObject {
  spec?: {
    args?: Arg[]
    metrics?: AnalysisMetric[]
    templates?: AnalysisUse['templates']
    dryRun?: DryRun[]
  }
}

export interface AnalysisMetric {
  name?: string
  interval?: string
  successCondition?: string
  failureCondition?: string
  failureLimit?: number | string
  count?: number | string
  initialDelay?: string
  provider?: Record<string, ProviderFields | undefined>
}

export interface ProviderFields {
  address?: string
  query?: string
  queries?: unknown
  apiVersion?: string
  insecure?: boolean
  headers?: { key?: string; value?: string }[]
  metricDataQueries?: unknown
  authentication?: { sigv4?: { region?: string }; oauth2?: unknown }
}

/** What an import changes or loses. */
export interface ImportRemark {
  /**
   * `essential`: without it the Canary would decide otherwise, or nothing. `lost`: nothing stands
   * for it. `changed`: something like it does. `todo`: a person must do something.
   */
  weight: 'essential' | 'lost' | 'changed' | 'todo'
  /** Of the Rollout or template: `spec.strategy.canary.steps[2]`. */
  field: string
  message: string
}

/** `field` is the path in the Rollout or template, `message` a sentence for whoever imports it. */
export function remark(
  weight: ImportRemark['weight'],
  field: string,
  message: string,
): ImportRemark {
  return { weight, field, message }
}

/** What is no list has no items. */
export function listOf<T>(value: readonly T[] | undefined | null): readonly T[] {
  return Array.isArray(value) ? value : []
}

/** The names of the fields that are there and not among those that are known. */
export function others(value: object | undefined, known: readonly string[]): string[] {
  return Object.keys(value ?? {}).filter((name) => !known.includes(name))
}
