import { expect, test } from 'vitest'
import { commentedYaml } from '../../../commands/drafting/yaml.ts'
import { readDocuments } from '../../../commands/linting/documents.ts'
import {
  type DraftOptions,
  type DraftStrategy,
  draftCanary,
  strategies,
} from '../../../src/drafts/generate.ts'
import { lint } from '../../../src/lint/lint.ts'
import type { KubeObject } from '../../../src/objects.ts'
import type { Templated } from '../../../src/workloads/pods/pod-template.ts'

const workload = (labels: Record<string, string> = { app: 'podinfo' }): Templated => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'podinfo', namespace: 'test' },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [{ name: 'a', ports: [{ name: 'http', containerPort: 9898 }] }] },
    },
  },
})
const options: DraftOptions = {
  ...{ name: undefined, port: undefined, provider: 'istio', strategy: 'canary', interval: '1m' },
  ...{ maxWeight: 50, stepWeight: 5, stepWeights: [], threshold: 5, successRate: 99 },
  ...{ latencyMs: 500, loadTest: true, gate: undefined, hpa: 'auto', metricTemplates: false },
}
const empty = { services: [], autoscalers: [] }
const service = {
  ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'podinfo' } },
  spec: { ports: [{ port: 80, targetPort: 'http' }] },
} as KubeObject
const scaler = {
  ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'hpa' } },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'podinfo' } },
} as KubeObject

function drafted(
  of: Partial<DraftOptions> = {},
  around = empty as Parameters<typeof draftCanary>[1],
) {
  const draft = draftCanary(workload(), around, { ...options, ...of })
  if ('why' in draft) throw new Error(draft.why)
  return draft
}

test.each(
  strategies.flatMap((strategy) => ['istio', 'kubernetes', undefined].map((p) => [strategy, p])),
)('a draft by %s with %s has nothing that lint calls an error', (strategy, provider) => {
  for (const gate of [undefined, 'promotion', 'rollout', 'traffic'] as const) {
    const of = { strategy: strategy as DraftStrategy, provider, gate }
    const { canary, comments } = drafted(of)
    const documents = readDocuments({ from: 'x', text: commentedYaml(canary, comments) })
    const { findings } = lint(documents, { now: new Date(0), skip: [] })
    // Plain Kubernetes mirrors nothing, and tests nobody apart.
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
  }
})

test('ports, Service and autoscaler are those of the workload', () => {
  expect(drafted().canary).toMatchObject({ spec: { service: { port: 9898, targetPort: 'http' } } })
  const around = { services: [service], autoscalers: [scaler] }
  const { canary, notes } = drafted({}, around)
  expect(canary).toMatchObject({
    spec: { service: { port: 80, targetPort: 'http' }, autoscalerRef: { name: 'hpa' } },
  })
  expect(notes).toEqual([
    'the Service "podinfo" will be taken over by the controller',
    'the primary gets a copy of HorizontalPodAutoscaler "hpa"',
  ])
})

test('the autoscaler is the one that somebody wrote, and not what KEDA makes of it', () => {
  const keda = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: 'load' }
  const written = {
    ...{ ...keda, metadata: { name: 'load' } },
    spec: { scaleTargetRef: { name: 'podinfo' } },
  } as KubeObject
  const made: KubeObject = {
    ...scaler,
    metadata: { name: 'keda-hpa-load', ownerReferences: [{ ...keda, uid: 'u' }] },
  }
  const { canary } = drafted({}, { services: [], autoscalers: [made, written] })
  expect(canary).toMatchObject({ spec: { autoscalerRef: keda } })
})

test('each choice has its comment', () => {
  const { canary, comments } = drafted()
  expect(commentedYaml(canary, comments)).toContain(
    '    # so many failed checks roll back\n    threshold: 5\n',
  )
})

test('pods that can not be told apart are a reason not to', () => {
  const draft = draftCanary(workload({ role: 'x' }), empty, options)
  expect(draft).toMatchObject({ why: expect.stringContaining('selects its pods by none of app') })
})

test('the autoscaler is chosen by name, or left out', () => {
  const around = { services: [], autoscalers: [scaler] }
  const of = (hpa: string) => drafted({ hpa }, around).canary
  expect(of('auto')).toHaveProperty('spec.autoscalerRef.name', 'hpa')
  expect(of('hpa')).toHaveProperty('spec.autoscalerRef.name', 'hpa')
  expect(of('none')).not.toHaveProperty('spec.autoscalerRef')
  expect(() => of('nosuch')).toThrow('there is no autoscaler "nosuch" beside deployment/podinfo')
})

test('built-in queries become templates whose bounds have the unit of the query', () => {
  const { canary, templates } = drafted({ metricTemplates: true })
  expect(templates.map(({ metadata }) => metadata.name)).toEqual([
    'podinfo-success-rate',
    'podinfo-latency',
  ])
  expect(canary).toMatchObject({
    spec: {
      analysis: {
        metrics: [
          { templateRef: { name: 'podinfo-success-rate' }, thresholdRange: { min: 99 } },
          { templateRef: { name: 'podinfo-latency' }, thresholdRange: { max: 500 } },
        ],
      },
    },
  })
  const inSeconds = drafted({ metricTemplates: true, provider: 'gatewayapi:v1' })
  expect(inSeconds.canary).toMatchObject({
    spec: { analysis: { metrics: [{}, { thresholdRange: { max: 0.5 } }] } },
  })
  const text = [...templates, canary].map((one) => commentedYaml(one, {})).join('---\n')
  const { findings } = lint(readDocuments({ from: 'x', text }), { now: new Date(0), skip: [] })
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(() => drafted({ metricTemplates: true, provider: 'skipper' })).toThrow('no template can')
})

test.each([
  ['the port of the Service', undefined, [service], 'http://podinfo-canary.test/'],
  ['that of a container', undefined, [], 'http://podinfo-canary.test:9898/'],
  ['the one that was given', 8080, [service], 'http://podinfo-canary.test:8080/'],
])(
  'a load test calls the canary by %s, whatever the Canary is called',
  (_, port, services, url) => {
    const { canary } = drafted({ port, name: 'other' }, { ...empty, services })
    expect(canary).toMatchObject({
      spec: { analysis: { webhooks: [{ metadata: { cmd: expect.stringMatching(` ${url}$`) } }] } },
    })
  },
)
