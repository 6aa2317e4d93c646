/** What is released beside Deployments, what scales it, and what protects its pods. */
import { get, named, patch, query, type Sequence, send, step } from '../sequence.ts'

type Body = Record<string, unknown>

const inGroup = (group: string, plural: string) => (past: { namespace: string }) =>
  `/apis/${group}/namespaces/${past.namespace}/${plural}`
const statefulSets = inGroup('apps/v1', 'statefulsets')
const daemonSets = inGroup('apps/v1', 'daemonsets')
const autoscalers = inGroup('autoscaling/v2', 'horizontalpodautoscalers')
const budgets = inGroup('policy/v1', 'poddisruptionbudgets')
const scaledObjects = inGroup('keda.sh/v1alpha1', 'scaledobjects')
const knativeServices = inGroup('serving.knative.dev/v1', 'services')

const web = (path: ReturnType<typeof inGroup>) => named(path, 'web')
const labels = { app: 'web' }
const selector = { matchLabels: labels }
const containers = [{ name: 'web', image: 'web:1', ports: [{ containerPort: 80 }] }]
const template = { metadata: { labels }, spec: { containers } }
const nextImage = {
  spec: { template: { spec: { containers: [{ name: 'web', image: 'web:2' }] } } },
}

function statefulSet(spec: Body = {}): Body {
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'web' },
    spec: { replicas: 0, serviceName: 'web', selector, template, ...spec },
  }
}

function daemonSet(spec: Body = {}): Body {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'web' },
    spec: { selector, template, ...spec },
  }
}

function autoscaler(spec: Body = {}): Body {
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'web' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      maxReplicas: 4,
      ...spec,
    },
  }
}

function budget(spec: Body = {}): Body {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web' },
    spec: { minAvailable: 1, selector, ...spec },
  }
}

/** KEDA's operator writes the label where there is none. */
const scaledObject: Body = {
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'ScaledObject',
  metadata: { name: 'web', labels: { 'scaledobject.keda.sh/name': 'web' } },
  spec: {
    scaleTargetRef: { name: 'web' },
    triggers: [{ type: 'prometheus', metadata: { query: 'up{app="web"}', threshold: '1' } }],
  },
}

/** Without a template nothing comes of it. */
const knativeService: Body = {
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { traffic: [{ latestRevision: true, percent: 100 }] },
}

const claim = { metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'] } }
const resources = { requests: { storage: '1Gi' } }
const claims = { volumeClaimTemplates: [{ ...claim, spec: { ...claim.spec, resources } }] }
const paused = { 'autoscaling.keda.sh/paused-replicas': '0' }

export const targets: readonly Sequence[] = [
  {
    name: 'a StatefulSet',
    steps: [
      send('POST', statefulSets, statefulSet()),
      patch('strategic', web(statefulSets), nextImage),
      patch('merge', web(statefulSets), { metadata: { annotations: { a: 'b' } } }),
      patch('merge', web(statefulSets), { spec: { minReadySeconds: 5, ordinals: { start: 1 } } }),
      patch('merge', web(statefulSets), { spec: { serviceName: 'other' } }),
      patch('merge', web(statefulSets), { spec: { podManagementPolicy: 'Parallel' } }),
      patch('merge', web(statefulSets), { spec: claims }),
      patch('merge', web(statefulSets), {
        spec: { updateStrategy: { type: 'OnDelete', rollingUpdate: null } },
      }),
      patch('merge', web(statefulSets), { spec: { replicas: -1 } }),
      get(named(statefulSets, 'web/scale')),
      step((past) => ({ method: 'DELETE', path: web(statefulSets)(past) })),
    ],
  },
  {
    name: 'a StatefulSet with claims of its own',
    steps: [
      send('POST', statefulSets, statefulSet(claims)),
      patch('strategic', web(statefulSets), nextImage),
      patch('merge', web(statefulSets), {
        spec: { persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete' } },
      }),
      patch('merge', web(statefulSets), { spec: { volumeClaimTemplates: null } }),
    ],
  },
  {
    name: 'a DaemonSet at rest and in a run',
    steps: [
      send('POST', daemonSets, daemonSet()),
      patch('merge', web(daemonSets), {
        spec: { template: { spec: { nodeSelector: { 'flagger.app/scale-to-zero': 'true' } } } },
      }),
      patch('json', web(daemonSets), [
        { op: 'remove', path: '/spec/template/spec/nodeSelector/flagger.app~1scale-to-zero' },
      ]),
      patch('strategic', web(daemonSets), nextImage),
      patch('merge', web(daemonSets), { spec: { updateStrategy: { type: 'OnDelete' } } }),
      patch('merge', web(daemonSets), { spec: { selector: { matchLabels: { app: 'other' } } } }),
      get(named(daemonSets, 'web/scale')),
    ],
  },
  {
    name: 'a HorizontalPodAutoscaler',
    steps: [
      send('POST', autoscalers, autoscaler()),
      patch('merge', web(autoscalers), { spec: { minReplicas: 2, maxReplicas: 6 } }),
      patch('merge', web(autoscalers), { spec: { minReplicas: 7 } }),
      patch('merge', web(autoscalers), { spec: { minReplicas: 0 } }),
      patch('merge', web(autoscalers), { spec: { maxReplicas: 0 } }),
      patch('merge', web(autoscalers), {
        spec: { behavior: { scaleDown: { stabilizationWindowSeconds: 60 } } },
      }),
      patch('merge', web(autoscalers), { spec: { scaleTargetRef: { name: 'web-primary' } } }),
      patch('merge', web(autoscalers), { spec: { scaleTargetRef: { kind: null } } }),
      send('POST', query(autoscalers, 'dryRun=All'), {
        ...autoscaler({ scaleTargetRef: {} }),
        metadata: { name: 'two' },
      }),
    ],
  },
  {
    name: 'a PodDisruptionBudget',
    steps: [
      send('POST', budgets, budget()),
      patch('merge', web(budgets), { spec: { minAvailable: null, maxUnavailable: '25%' } }),
      patch('merge', web(budgets), { spec: { unhealthyPodEvictionPolicy: 'AlwaysAllow' } }),
      patch('merge', web(budgets), { spec: { selector: { matchLabels: { app: 'other' } } } }),
      step((past) => ({ method: 'DELETE', path: web(budgets)(past) })),
    ],
  },
  {
    name: 'a ScaledObject that is paused, and goes on',
    steps: [
      send('POST', scaledObjects, scaledObject),
      patch('merge', web(scaledObjects), { metadata: { annotations: paused } }),
      patch('merge', web(scaledObjects), { metadata: { annotations: null } }),
      patch('merge', web(scaledObjects), { spec: { maxReplicaCount: 5 } }),
      patch('merge', named(scaledObjects, 'web/status'), { spec: { maxReplicaCount: 9 } }),
      get(web(scaledObjects)),
    ],
  },
  {
    name: 'the traffic and the status of a Knative Service',
    steps: [
      send('POST', knativeServices, knativeService),
      patch('merge', web(knativeServices), { metadata: { annotations: { a: 'b' } } }),
      patch('merge', web(knativeServices), {
        spec: {
          traffic: [
            { latestRevision: true, percent: 20 },
            { latestRevision: false, revisionName: 'web-00001', percent: 80 },
          ],
        },
      }),
      patch('merge', named(knativeServices, 'web/status'), {
        status: { latestCreatedRevisionName: 'web-00001' },
      }),
      patch('merge', web(knativeServices), { status: { latestCreatedRevisionName: 'other' } }),
      get(web(knativeServices)),
    ],
  },
]
