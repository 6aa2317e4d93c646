/** A Deployment with its pods, as the API server stores them. */
import type { KubeObject } from '../../src/objects.ts'

export interface WorkloadOptions {
  name: string
  namespace?: string
  image: string
  replicas: number
  /** Of the ReplicaSet, in the names of the pods. */
  hash: string
  createdAt?: string
}

interface Deployment extends KubeObject {
  spec: {
    replicas: number
    selector: { matchLabels: Record<string, string> }
    template: { metadata: object; spec: { containers: { name: string; image: string }[] } }
  }
  status: { replicas: number; readyReplicas: number }
}

interface Pod extends KubeObject {
  spec: { nodeName: string; containers: { name: string; image: string }[] }
  status: { phase: string; containerStatuses: object[] }
}

/** All pods run; the first was never restarted, the second once, the third twice. */
export function workloadObjects(of: WorkloadOptions): { deployment: Deployment; pods: Pod[] } {
  const { name, namespace = 'test', image, replicas, hash, createdAt } = of
  const labels = { app: name }
  const containers = [{ name: 'podinfod', image }]
  const created = createdAt === undefined ? {} : { creationTimestamp: createdAt }
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, ...created },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
    },
    status: { replicas, readyReplicas: replicas },
  }
  const pods = ['2xk9p', 'v8wqz', 'qq7zn'].slice(0, replicas).map((suffix, at) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${name}-${hash}-${suffix}`, namespace, labels, ...created },
    spec: { nodeName: `worker-${at + 1}`, containers },
    status: {
      phase: 'Running',
      containerStatuses: [{ name: 'podinfod', ready: true, restartCount: at }],
    },
  }))
  return { deployment, pods }
}
