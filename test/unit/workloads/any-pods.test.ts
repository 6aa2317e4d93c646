/** Whatever pods ask for: what is the primary's own is rewritten, all else is the same. */
import { expect, test } from 'vitest'
import { deployment as workload } from '../../../src/workloads/deployment/workload.ts'
import type { Deployment, PodSpec } from '../../../src/workloads/pods/pod-template.ts'
import { canary, config, context, deployment, written } from './builders.ts'

function primaryOf(pods: object, configs: ReturnType<typeof config>[] = []): PodSpec {
  const target = deployment({ pods: pods as Partial<PodSpec> })
  const made = workload.initialize(context([target, ...configs]))
  const primary = made.find(({ metadata }) => metadata.name === 'podinfo-primary') as Deployment
  const state = workload.observe(context(written([target, ...configs], made)))
  expect(state.primaryRevision).toBe(state.revision)
  expect(state.promoted).toBe(true)
  return primary.spec.template.spec
}

test('pods are spread by the primary’s own label, and by whatever else is asked', () => {
  const spread = (labelSelector: object) => ({
    maxSkew: 1,
    topologyKey: 'zone',
    whenUnsatisfiable: 'DoNotSchedule',
    matchLabelKeys: ['pod-template-hash'],
    labelSelector,
  })
  const own = { matchLabels: { app: 'podinfo' } }
  const listed = { matchExpressions: [{ key: 'app', operator: 'In', values: ['podinfo', 'x'] }] }
  const others = { matchLabels: { tier: 'web' } }
  const { topologySpreadConstraints } = primaryOf({
    topologySpreadConstraints: [own, listed, others].map(spread),
  })
  expect(topologySpreadConstraints).toEqual([
    spread({ matchLabels: { app: 'podinfo-primary' } }),
    spread({
      matchExpressions: [{ key: 'app', operator: 'In', values: ['podinfo-primary', 'x'] }],
    }),
    spread(others),
  ])
})

test('affinity to other pods and to nodes is the same', () => {
  const term = { topologyKey: 'zone', labelSelector: { matchLabels: { app: 'redis' } } }
  const affinity = {
    podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] },
    nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
  }
  expect(primaryOf({ affinity }).affinity).toEqual(affinity)
})

test('pods that are drawn to each other are in the primary drawn to those of the primary', () => {
  const term = (app: string, more: object = {}) => ({
    topologyKey: 'zone',
    labelSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: [app] }] },
    ...more,
  })
  const elsewhere = term('podinfo', { namespaces: ['other'] })
  const rules = (own: string) => ({
    requiredDuringSchedulingIgnoredDuringExecution: [term(own), term('redis'), elsewhere],
    preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term(own) }],
  })
  const pods = primaryOf({ affinity: { podAffinity: rules('podinfo') } })
  expect(pods.affinity).toEqual({ podAffinity: rules('podinfo-primary') })
})

test('a primary that Flagger drew to the target’s pods is of the same revision, and restarts nobody', () => {
  const affinity = {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey: 'zone', labelSelector: { matchLabels: { app: 'podinfo' } } },
      ],
    },
  }
  const target = deployment({ pods: { affinity } as Partial<PodSpec> })
  const made = written([target], workload.initialize(context([target])))
  const primary = made.find(({ metadata }) => metadata.name === 'podinfo-primary') as Deployment
  primary.spec.template.spec.affinity = affinity
  const state = workload.observe(context(made))
  expect(state.primaryRevision).toBe(state.revision)
})

test('configuration of sidecars and projected volumes is the primary’s own', () => {
  const secret = config('Secret', 'key', { data: { a: 'AA==' }, type: 'Opaque' })
  const map = config('ConfigMap', 'env', { data: { a: '1' }, binaryData: { b: 'AA==' } })
  const sidecar = { name: 'proxy', image: 'proxy:1', restartPolicy: 'Always' }
  const pods = primaryOf(
    {
      initContainers: [{ ...sidecar, envFrom: [{ configMapRef: { name: 'env' } }] }],
      volumes: [
        {
          name: 'all',
          projected: {
            defaultMode: 420,
            sources: [
              { secret: { name: 'key', items: [{ key: 'a', path: 'a' }] } },
              { serviceAccountToken: { path: 'token' } },
              { configMap: { name: 'env' } },
            ],
          },
        },
      ],
    },
    [secret, map],
  )
  expect(pods.initContainers).toEqual([
    { ...sidecar, envFrom: [{ configMapRef: { name: 'env-primary' } }] },
  ])
  expect(pods.volumes).toMatchObject([
    {
      projected: {
        sources: [
          { secret: { name: 'key-primary', items: [{ key: 'a', path: 'a' }] } },
          { serviceAccountToken: { path: 'token' } },
          { configMap: { name: 'env-primary' } },
        ],
      },
    },
  ])
})

test('what is none of the configuration stays shared: drivers, pulling images, accounts', () => {
  const pods = {
    serviceAccountName: 'podinfo',
    imagePullSecrets: [{ name: 'registry' }],
    volumes: [
      {
        name: 'vault',
        csi: { driver: 'secrets-store.csi.k8s.io', nodePublishSecretRef: { name: 'vault' } },
      },
      { name: 'disk', persistentVolumeClaim: { claimName: 'disk' } },
      { name: 'scratch', ephemeral: { volumeClaimTemplate: { spec: {} } } },
    ],
  }
  expect(primaryOf(pods)).toMatchObject(pods)
})

test('what is optional and missing, or not to be copied, keeps its name', () => {
  const shared = config(
    'ConfigMap',
    'shared',
    { data: { a: '1' } },
    { annotations: { 'flagger.app/config-tracking': 'disabled' } },
  )
  const token = config('Secret', 'token', { type: 'kubernetes.io/service-account-token' })
  const pods = {
    volumes: [
      { name: 'a', configMap: { name: 'maybe', optional: true } },
      { name: 'b', configMap: { name: 'shared' } },
      { name: 'c', secret: { secretName: 'token' } },
    ],
  }
  expect(primaryOf(pods, [shared, token]).volumes).toEqual(pods.volumes)
})

test('a selector of expressions tells target and primary apart, as far as a Service can say it', () => {
  const target = deployment()
  target.spec.selector = {
    matchExpressions: [
      { key: 'app', operator: 'In', values: ['podinfo'] },
      { key: 'tier', operator: 'Exists' },
    ],
  }
  target.spec.template.metadata = { labels: { app: 'podinfo', tier: 'web' } }
  const { facts } = workload.observe(context([target]))
  expect(facts.targetLabels).toEqual({ app: 'podinfo', tier: 'web' })
  expect(facts.primaryLabels).toEqual({ app: 'podinfo-primary' })
})

test('pods of the canary may be cheaper than those of the primary', () => {
  const templateVariables = {
    nodeSelector: { pool: 'spot' },
    tolerations: [{ key: 'spot', operator: 'Exists' }],
  }
  const of = { canary: canary({ analysis: { canaryAnalysis: { templateVariables } } }) }
  const target = deployment({ pods: { nodeSelector: { pool: 'safe' } } })
  const found = written([target], workload.initialize(context([target], of)))
  const [run] = workload.scale(context(found, of), 'full') as Deployment[]
  expect(run?.spec.template.spec).toMatchObject(templateVariables)
  const inRun = written(found, [run as Deployment])
  const promoted = workload.promote(context(inRun, of)) as Deployment[]
  expect(promoted.at(-1)?.spec.template.spec.nodeSelector).toEqual({ pool: 'safe' })
  expect(promoted.at(-1)?.spec.template.spec).not.toHaveProperty('tolerations')
})
