import { describe, expect, test } from 'vitest'
import { validate } from '../../../src/inspection/validate.ts'
import { defaults, parsed } from '../canary/resource.ts'

type Fields = Record<string, unknown>

const problemsOf = (over: { spec?: Fields; analysis?: Fields }, noCrossNamespaceRefs = false) =>
  validate(parsed(over), { noCrossNamespaceRefs })
const prefix = 'canary podinfo.test: '
const knative = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'podinfo' }

test('finds nothing wrong with a plain canary', () => {
  expect(problemsOf({}, true)).toEqual([])
})

test.each(['metrics', 'webhooks', 'alerts', 'match'])(
  'no more than 256 %s are gone through',
  (list) => {
    const entries = {
      metrics: { name: 'm', query: 'q', thresholdRange: { max: 1 } },
      webhooks: { name: 'h', url: 'http://hook/' },
      alerts: { name: 'a', providerRef: { name: 'slack' } },
      match: { headers: { 'x-canary': { exact: 'insider' } } },
    }
    const of = (length: number) => ({
      analysis: { [list]: Array(length).fill(entries[list as keyof typeof entries]) },
    })
    expect(problemsOf(of(256))).toEqual([])
    expect(problemsOf(of(257))).toEqual([
      `${prefix}spec.analysis.${list} has 257 entries, and each look would go through all of ` +
        'them; leave at most 256',
    ])
  },
)

describe('references to other namespaces', () => {
  const over = (namespace: string) => ({
    spec: {
      upstreamRef: { apiVersion: 'gloo.solo.io/v1', kind: 'Upstream', name: 'up', namespace },
    },
    analysis: {
      metrics: [{ name: 'm', thresholdRange: { max: 1 }, templateRef: { name: 'tpl', namespace } }],
      alerts: [{ name: 'a', providerRef: { name: 'slack', namespace } }],
    },
  })

  test('are refused where the controller was told so', () => {
    expect(problemsOf(over('ops'), true)).toEqual([
      "can't access gloo upstream up.ops, cross-namespace references are blocked",
      "can't access metric template tpl.ops, cross-namespace references are blocked",
      "can't access alert provider slack.ops, cross-namespace references are blocked",
    ])
  })

  test('are allowed otherwise, and within the namespace always', () => {
    expect(problemsOf(over('ops'), false)).toEqual([])
    expect(problemsOf(over('test'), true)).toEqual([])
    expect(problemsOf(over(''), true)).toEqual([])
  })
})

describe('Knative', () => {
  test('needs its own provider', () => {
    expect(problemsOf({ spec: { provider: 'istio', targetRef: knative } })).toEqual([
      "can't use istio provider with Knative Service as target",
    ])
  })

  test('needs a Knative Service as target', () => {
    expect(problemsOf({ spec: { provider: 'knative' } })).toEqual([
      "can't use apps/v1/Deployment as target if provider is set to knative",
    ])
  })

  test('scales by itself', () => {
    const autoscalerRef = {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      name: 'a',
    }
    const spec = { provider: 'knative', targetRef: knative, autoscalerRef }
    expect(problemsOf({ spec })).toEqual(["can't use autoscaler with Knative Service"])
  })

  test('may come from the flags of the controller', () => {
    const canary = parsed(
      { spec: { targetRef: knative } },
      { ...defaults, meshProvider: 'knative' },
    )
    expect(validate(canary, { noCrossNamespaceRefs: false })).toEqual([])
  })
})

test('two cookies need two names', () => {
  const sessionAffinity = { cookieName: 'c', primaryCookieName: 'c' }
  expect(problemsOf({ analysis: { sessionAffinity } })).toEqual([
    "can't use the same cookie name for both primary and cookie name; please update them to be different",
  ])
  expect(problemsOf({ analysis: { sessionAffinity: { cookieName: 'c' } } })).toEqual([])
})

test('a workload needs the port of its service', () => {
  expect(problemsOf({ spec: { service: undefined } })).toEqual([
    `${prefix}spec.service.port is missing; set it to the port that users call`,
  ])
  expect(
    problemsOf({ spec: { service: undefined, provider: 'knative', targetRef: knative } }),
  ).toEqual([])
})

describe('an analysis that never ends', () => {
  const sentence = `${prefix}spec.analysis would never end; set stepWeight, stepWeights or iterations to more than 0`

  test.each([
    { stepWeight: 0 },
    { stepWeight: undefined, iterations: 0 },
    { stepWeight: undefined, stepWeights: [] },
    { stepWeight: undefined, stepWeights: [0] },
  ])('is refused: %j', (analysis) => {
    expect(problemsOf({ analysis })).toEqual([sentence])
  })

  test('does not matter where it is skipped, or where nothing is routed', () => {
    const analysis = { stepWeight: 0 }
    expect(problemsOf({ analysis, spec: { skipAnalysis: true } })).toEqual([])
    expect(problemsOf({ analysis, spec: { provider: 'kubernetes' } })).toEqual([])
  })

  test.each([
    [[10, 50, 20], '20 after 50'],
    [[10, 10], '10 after 10'],
  ])('is refused for weights that do not grow: %j', (stepWeights, what) => {
    expect(problemsOf({ analysis: { stepWeight: undefined, stepWeights } })).toEqual([
      `${prefix}spec.analysis.stepWeights has ${what}; list growing weights`,
    ])
  })

  test('does not come from weights that nobody uses', () => {
    const falling = { stepWeights: [50, 20] }
    expect(problemsOf({ analysis: { ...falling, stepWeight: 10 } })).toEqual([])
    const analysis = { ...falling, stepWeight: undefined }
    expect(problemsOf({ analysis, spec: { skipAnalysis: true } })).toEqual([])
    expect(problemsOf({ analysis, spec: { provider: 'kubernetes' } })).toEqual([])
  })

  test('is not meant by weights over 100, which Flagger took', () => {
    const analysis = { stepWeight: undefined, stepWeights: [50, 100, 200] }
    expect(problemsOf({ analysis })).toEqual([])
    expect(problemsOf({ analysis: { maxWeight: 150 } })).toEqual([])
  })
})

test.each(['30sec', '-1m', '5', ''])('a delay has to be a duration, unlike %j', (delay) => {
  expect(problemsOf({ analysis: { delay } })).toEqual([
    `${prefix}spec.analysis.delay "${delay}" is no duration; write it like 30s or 1m30s`,
  ])
})

test.each(['0', '0s', '30s', '1h30m'])('a delay may be %s', (delay) => {
  expect(problemsOf({ analysis: { delay } })).toEqual([])
})

test('a target needs a name', () => {
  const targetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: '' }
  expect(problemsOf({ spec: { targetRef } })).toEqual([
    `${prefix}spec.targetRef.name is empty; set it to the name of the Deployment to release`,
  ])
})
