/** What a team has in its namespace: a target with its configuration, an entrance, a Canary. */
import type { KubeObject, ObjectRef } from '../../src/objects.ts'

export const home = 'test'
const at = (name: string) => ({ name, namespace: home })
const apps = { apiVersion: 'apps/v1' }

export const targetKinds = ['Deployment', 'StatefulSet', 'DaemonSet'] as const
export type TargetKind = (typeof targetKinds)[number]

/** The target, or its primary: `app`, `app-primary`. */
export function workloadRef(kind: TargetKind, name: string): ObjectRef {
  return { ...apps, kind, ...at(name) }
}

const canaryKind = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary' }
export const canaryRef: ObjectRef = { ...canaryKind, ...at('app') }
/** Another one on the same target, by mistake. */
export const twinRef: ObjectRef = { ...canaryKind, ...at('twin') }

export function configRef(name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'ConfigMap', ...at(name) }
}

export function serviceRef(name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Service', ...at(name) }
}

/** Kinds of autoscalers, by what a choice calls them. */
export const autoscalerKinds = {
  hpa: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' },
  keda: { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject' },
} as const

type Autoscaler = keyof typeof autoscalerKinds

export function autoscaler(of: Autoscaler, kind: TargetKind, most: number): KubeObject {
  const scaleTargetRef = { ...apps, kind, name: 'app' }
  const bounds = {
    hpa: { minReplicas: 2, maxReplicas: most },
    keda: { minReplicaCount: 1, maxReplicaCount: most, triggers: [] },
  }[of]
  const spec = { scaleTargetRef, ...bounds }
  const object: KubeObject = { ...autoscalerKinds[of], metadata: at('app') }
  return { ...object, spec } as KubeObject
}

export const budgetKind = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' }

/** Protects the pods of the target, and is copied for those of the primary. */
export function budget(): KubeObject {
  const spec = { minAvailable: 1, selector: { matchLabels: { app: 'app' } } }
  return { ...budgetKind, metadata: at('app'), spec } as KubeObject
}

export function gateway(): KubeObject {
  const listeners = [{ name: 'http', port: 80, protocol: 'HTTP' }]
  const spec = { gatewayClassName: 'any', listeners }
  const apiVersion = 'gateway.networking.k8s.io/v1'
  return { apiVersion, kind: 'Gateway', metadata: at('public'), spec } as KubeObject
}

export function target(kind: TargetKind, image: string): KubeObject {
  const labels = { app: 'app' }
  const envFrom = [{ configMapRef: { name: 'app-config' } }]
  const containers = [{ name: 'app', image, ports: [{ containerPort: 8080 }], envFrom }]
  const template = { metadata: { labels }, spec: { containers } }
  const spec = {
    ...(kind !== 'DaemonSet' && { replicas: 2 }),
    // In order, a pod that never starts holds up the one that would, until somebody deletes it.
    ...(kind === 'StatefulSet' && { serviceName: 'app', podManagementPolicy: 'Parallel' }),
    selector: { matchLabels: labels },
    template,
  }
  return { ...apps, kind, metadata: { ...at('app'), labels }, spec } as KubeObject
}

export function config(value: string): KubeObject {
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: at('app-config') }
  return { ...object, data: { value } } as KubeObject
}

export function ingress(): KubeObject {
  const backend = { service: { name: 'app', port: { number: 80 } } }
  const paths = [{ path: '/', pathType: 'Prefix', backend }]
  const spec = { rules: [{ host: 'app.example.com', http: { paths } }] }
  const metadata = { ...at('front'), annotations: { 'kubernetes.io/ingress.class': 'nginx' } }
  return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec } as KubeObject
}

/** Where people hear of what became of a run. */
export function alertProvider(): KubeObject {
  const spec = { type: 'webhook', address: 'http://chat/alerts' }
  return {
    apiVersion: canaryRef.apiVersion,
    kind: 'AlertProvider',
    metadata: at('chat'),
    spec,
  } as KubeObject
}

/** How a Canary rolls out; each may be edited into each other. */
export const analyses = {
  weights: { stepWeight: 25, maxWeight: 50 },
  list: { stepWeights: [10, 60, 90] },
  back: { stepWeight: 50, maxWeight: 50, stepWeightPromotion: 50 },
  tested: { iterations: 2, match: [{ headers: { 'x-beta': { exact: 'yes' } } }] },
  blueGreen: { iterations: 2 },
  mirrored: { stepWeight: 40, maxWeight: 40, mirror: true },
} as const

export type Analysis = keyof typeof analyses

/** How many rounds of checks each asks for before the primary is touched, at least. */
export const rounds: Readonly<Record<Analysis, number>> = {
  weights: 2,
  list: 3,
  back: 1,
  tested: 2,
  blueGreen: 3,
  mirrored: 2,
}

export const providers = [
  'istio',
  'nginx',
  'kubernetes',
  'traefik',
  'linkerd',
  'gatewayapi:v1',
] as const
export type ProviderName = (typeof providers)[number]

export interface CanaryChoice {
  provider: ProviderName
  analysis: Analysis
  gates: boolean
  revertOnDeletion: boolean
  /** A Deployment without an autoscaler where absent. A DaemonSet never has one. */
  kind?: TargetKind
  autoscaler?: 'none' | Autoscaler
}

const gateTypes = ['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion', 'rollback']

export function canary({
  provider,
  analysis,
  gates,
  revertOnDeletion,
  kind = 'Deployment',
  autoscaler: scaled = 'none',
}: CanaryChoice): KubeObject {
  const webhooks = gateTypes.map((type) => ({ name: type, type, url: `http://hooks/${type}` }))
  const metric = { name: 'success', query: 'success', interval: '30s', thresholdRange: { min: 99 } }
  const alerts = [{ name: 'chat', providerRef: { name: 'chat' } }]
  const common = { interval: '30s', threshold: 2, metrics: [metric], alerts }
  const spec = {
    provider,
    targetRef: { ...apps, kind, name: 'app' },
    ...(scaled !== 'none' && { autoscalerRef: { ...autoscalerKinds[scaled], name: 'app' } }),
    ingressRef: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'front' },
    progressDeadlineSeconds: 120,
    ...(revertOnDeletion && { revertOnDeletion }),
    service: { port: 80, targetPort: 8080, gatewayRefs: [{ name: 'public' }] },
    analysis: { ...common, ...analyses[analysis], ...(gates && { webhooks }) },
  }
  const metadata = { ...at('app'), annotations: { 'model/analysis': analysis } }
  return { ...canaryKind, metadata, spec } as KubeObject
}
