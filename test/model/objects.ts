/** What a team has in its namespace: a target with its configuration, an entrance, a Canary. */
import type { KubeObject, ObjectRef } from '../../src/objects.ts'

export const home = 'test'
const at = (name: string) => ({ name, namespace: home })
const apps = { apiVersion: 'apps/v1', kind: 'Deployment' }

export const targetRef: ObjectRef = { ...apps, ...at('app') }
export const primaryRef: ObjectRef = { ...apps, ...at('app-primary') }
export const canaryRef: ObjectRef = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'Canary',
  ...at('app'),
}

export function configRef(name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'ConfigMap', ...at(name) }
}

export function serviceRef(name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Service', ...at(name) }
}

export function target(image: string): KubeObject {
  const labels = { app: 'app' }
  const envFrom = [{ configMapRef: { name: 'app-config' } }]
  const containers = [{ name: 'app', image, ports: [{ containerPort: 8080 }], envFrom }]
  const template = { metadata: { labels }, spec: { containers } }
  const spec = { replicas: 2, selector: { matchLabels: labels }, template }
  return { ...apps, metadata: { ...at('app'), labels }, spec } as KubeObject
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

export const providers = ['istio', 'nginx', 'kubernetes', 'traefik', 'linkerd'] as const
export type ProviderName = (typeof providers)[number]

export interface CanaryChoice {
  provider: ProviderName
  analysis: Analysis
  gates: boolean
  revertOnDeletion: boolean
}

const gateTypes = ['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion', 'rollback']

export function canary({ provider, analysis, gates, revertOnDeletion }: CanaryChoice): KubeObject {
  const webhooks = gateTypes.map((type) => ({ name: type, type, url: `http://hooks/${type}` }))
  const metric = { name: 'success', query: 'success', interval: '30s', thresholdRange: { min: 99 } }
  const common = { interval: '30s', threshold: 2, metrics: [metric] }
  const spec = {
    provider,
    targetRef: { ...apps, name: 'app' },
    ingressRef: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'front' },
    progressDeadlineSeconds: 120,
    ...(revertOnDeletion && { revertOnDeletion }),
    service: { port: 80, targetPort: 8080 },
    analysis: { ...common, ...analyses[analysis], ...(gates && { webhooks }) },
  }
  const metadata = { ...at('app'), annotations: { 'model/analysis': analysis } }
  return { apiVersion: canaryRef.apiVersion, kind: 'Canary', metadata, spec } as KubeObject
}
