/** Paths and objects that the sequences are made of. */
import { named, type Past } from '../sequence.ts'

export type Body = Record<string, unknown>

export const core = (past: Past, plural: string) => `/api/v1/namespaces/${past.namespace}/${plural}`
export const configMaps = (past: Past) => core(past, 'configmaps')
export const canaries = (past: Past) =>
  `/apis/flagger.app/v1beta1/namespaces/${past.namespace}/canaries`
export const replicaSets = (past: Past) => `/apis/apps/v1/namespaces/${past.namespace}/replicasets`

export function configMap(name: string, more: Body = {}): Body {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels: { contract: 'yes' } },
    data: { a: '1', b: '2' },
    ...more,
  }
}

export function canary(name: string, spec: Body = {}): Body {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name, labels: { contract: 'yes' } },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
      service: { port: 9898 },
      analysis: { interval: '1m', threshold: 5, iterations: 10 },
      ...spec,
    },
  }
}

/** Of a kind whose controller writes nothing but the status. */
export const replicaSet = {
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'web' },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        containers: [
          { name: 'web', image: 'web:1', ports: [{ containerPort: 80 }] },
          { name: 'side', image: 'side', env: [{ name: 'A', value: '1' }] },
        ],
      },
    },
  },
}

export const one = named(configMaps, 'one')
export const web = named(replicaSets, 'web')
export const podinfo = named(canaries, 'podinfo')
export const table = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
export const metadataOnly = 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io'
export const metadataList = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'
