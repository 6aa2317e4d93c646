import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCanary } from '../../../src/canary/canary.ts'
import { judgeOf as judgeWith } from '../../../src/canary/judging.ts'
import { inspectSpec } from '../../../src/inspection/inspect.ts'
import { meshAbilities } from '../../support/observation.ts'
import { defaults, parsed, stored } from './resource.ts'

type Fields = Record<string, unknown>

const analysisOf = (analysis: Fields, spec: Fields = {}) => parsed({ analysis, spec }).analysis
const paced = { stepWeight: undefined, maxWeight: undefined, threshold: undefined }

test('applies every default', () => {
  expect(analysisOf({ ...paced, interval: '1m', iterations: 3 })).toEqual({
    intervalMs: 60_000,
    threshold: 1,
    consecutiveThreshold: 0,
    iterations: 3,
    stepWeight: 0,
    stepWeights: [],
    maxWeight: 100,
    stepWeightPromotion: 0,
    mirror: false,
    mirrorWeight: 0,
    stepMirrorWeight: 0,
    maxMirrorWeight: 100,
    primaryReadyThreshold: 100,
    canaryReadyThreshold: 100,
    delayMs: 0,
    match: [],
    metrics: [],
    webhooks: [],
    alerts: [],
    sessionAffinity: undefined,
    podSettings: {},
  })
})

describe('interval', () => {
  test.each([
    ['30s', 30_000],
    ['1m30s', 90_000],
    ['1h', 3_600_000],
    ['10ms', 10_000],
    ['5s', 10_000],
    ['5mfoo', 60_000],
    ['', 60_000],
  ])('%j is %d ms', (interval, ms) => {
    expect(analysisOf({ interval }).intervalMs).toBe(ms)
  })

  test('may be shorter where the controller was told so', () => {
    const canary = parsed({ analysis: { interval: '10ms' } }, { ...defaults, minIntervalMs: 1 })
    expect(canary.analysis.intervalMs).toBe(10)
  })
})

test('a threshold that is not positive is one', () => {
  expect(analysisOf({ threshold: 0 }).threshold).toBe(1)
  expect(analysisOf({ threshold: -3 }).threshold).toBe(1)
})

describe('weights', () => {
  test.each([
    [
      { stepWeight: 10, maxWeight: 50 },
      { stepWeight: 10, stepWeights: [], maxWeight: 50 },
    ],
    [
      { stepWeight: 10, maxWeight: 0 },
      { stepWeight: 10, stepWeights: [], maxWeight: 100 },
    ],
    [
      { stepWeight: 10, maxWeight: 150 },
      { stepWeight: 10, stepWeights: [], maxWeight: 100 },
    ],
    [{ stepWeights: [1, 5, 60] }, { stepWeight: 0, stepWeights: [1, 5, 60], maxWeight: 60 }],
    [{ stepWeights: [0, 50, 200] }, { stepWeight: 0, stepWeights: [50, 100], maxWeight: 100 }],
    [{ stepWeights: [100, 200] }, { stepWeight: 0, stepWeights: [100], maxWeight: 100 }],
    [{ stepWeight: -5 }, { stepWeight: 0, stepWeights: [], maxWeight: 100 }],
    [
      { stepWeight: 10, stepWeights: [1, 60] },
      { stepWeight: 10, stepWeights: [], maxWeight: 60 },
    ],
  ])('%j', (given, effective) => {
    expect(analysisOf({ ...paced, ...given })).toMatchObject(effective)
  })

  test('are read from a list of any length in no time', () => {
    const stepWeights = Array.from({ length: 300_000 }, (_, index) => index % 101)
    const { canary } = parseCanary(stored({ analysis: { ...paced, stepWeights } }), defaults)
    expect(canary.analysis.stepWeights).toHaveLength(100)
    expect(
      inspectSpec(canary, { abilities: meshAbilities, meshProvider: 'istio', now: new Date(0) }),
    ).toEqual([])
  })

  test('grow from step to step, whatever the list', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -10, max: 300 })), (stepWeights) => {
        const steps = analysisOf({ ...paced, stepWeights }).stepWeights
        expect(steps).toEqual([...new Set(steps)].toSorted((a, b) => a - b))
        expect(steps.every((weight) => weight >= 1 && weight <= 100)).toBe(true)
      }),
    )
  })
})

describe('strategy', () => {
  const match = [{ headers: { cookie: { exact: 'beta' } } }]
  test.each([
    ['istio', { stepWeight: 10 }, 'canary'],
    ['istio', { stepWeights: [1] }, 'canary'],
    ['istio', { iterations: 10 }, 'blue-green'],
    ['istio', { iterations: 10, stepWeight: 0 }, 'blue-green'],
    ['istio', { iterations: 10, match }, 'ab-testing'],
    ['istio', { stepWeight: 10, match }, 'canary'],
    ['istio', { iterations: 10, stepWeight: 10 }, 'canary'],
    ['istio', { iterations: 10, stepWeight: 10, match }, 'ab-testing'],
    ['kubernetes', { stepWeight: 10 }, 'blue-green'],
    ['kubernetes', { iterations: 10, match }, 'blue-green'],
  ])('%s with %j is %s', (provider, analysis, strategy) => {
    expect(parsed({ spec: { provider }, analysis: { ...paced, ...analysis } }).strategy).toBe(
      strategy,
    )
  })
})

test('provider kubernetes matches no requests, and checks ten times unless told otherwise', () => {
  const match = [{ headers: { cookie: { exact: 'beta' } } }]
  const provider = 'kubernetes'
  expect(analysisOf({ match }, { provider })).toMatchObject({ match: [], iterations: 10 })
  expect(analysisOf({ iterations: 3 }, { provider }).iterations).toBe(3)
})

describe('metrics', () => {
  const metricOf = (metric: Fields) =>
    analysisOf({ metrics: [{ name: 'm', ...metric }] }).metrics[0]

  test('have a window of one minute, with a template too', () => {
    expect(metricOf({ templateRef: { name: 't' } })).toEqual({
      name: 'm',
      interval: '1m',
      intervalMs: 60_000,
      max: 0,
      templateRef: { name: 't', namespace: 'test' },
      templateVariables: {},
      noData: 'fail',
      minRequests: 0,
    })
  })

  test('keep the text of their window', () => {
    expect(metricOf({ interval: '90s' })).toMatchObject({ interval: '90s', intervalMs: 90_000 })
  })

  test.each([
    [
      { thresholdRange: { min: 1, max: 2 }, threshold: 9 },
      { min: 1, max: 2 },
    ],
    [{ thresholdRange: { max: 0 } }, { max: 0 }],
    [{ threshold: 500 }, { max: 500 }],
    [{ threshold: 0 }, { max: 0 }],
    [{ threshold: 99, name: 'request-success-rate' }, { min: 99 }],
    [{ thresholdRange: {}, threshold: 9 }, {}],
    [{}, { max: 0 }],
    [{ name: 'request-duration' }, { max: 0 }],
    [{ name: 'request-success-rate' }, { min: 0 }],
  ])('%j has the bounds %j', (metric, bounds) => {
    const { min, max } = metricOf(metric) ?? {}
    expect({ min, max }).toEqual({ min: undefined, max: undefined, ...bounds })
  })
})

describe('webhooks', () => {
  const webhookOf = (webhook: Fields) =>
    analysisOf({ webhooks: [{ name: 'w', url: 'http://w', ...webhook }] }).webhooks[0]

  test('are called at each check, for ten seconds at most, once', () => {
    expect(webhookOf({})).toEqual({
      name: 'w',
      type: 'rollout',
      url: 'http://w',
      timeoutMs: 10_000,
      retries: 0,
      muteAlert: false,
      disableTLS: false,
      call: 'poll',
      metadata: {},
    })
    expect(webhookOf({ type: '' })?.type).toBe('rollout')
  })

  test('have the default timeout where the text is too short to be one', () => {
    expect(webhookOf({ timeout: '5' })?.timeoutMs).toBe(10_000)
    expect(webhookOf({ timeout: '5', type: 'event' })?.timeoutError).toBe(
      'time: missing unit in duration "5"',
    )
    expect(webhookOf({ timeout: '', type: 'event' })?.timeoutMs).toBe(10_000)
  })

  test('keep the error of a timeout that cannot be read', () => {
    expect(webhookOf({ timeout: '1min' })).toMatchObject({
      timeoutMs: 0,
      timeoutError: 'time: unknown unit "min" in duration "1min"',
    })
  })

  test('of type rollback can be called rather than polled', () => {
    expect(webhookOf({ type: 'rollback', call: 'onRollback' })?.call).toBe('onRollback')
  })
})

test('alerts without a severity send everything from info on', () => {
  const alerts = [
    { name: 'a', providerRef: { name: 'slack' } },
    { name: 'b', severity: '', providerRef: { name: 'slack', namespace: 'ops' } },
    { name: 'c', severity: 'error', providerRef: { name: 'slack', namespace: '' } },
  ]
  expect(analysisOf({ alerts }).alerts).toEqual([
    { name: 'a', severity: 'info', providerRef: { name: 'slack', namespace: 'test' } },
    { name: 'b', severity: 'info', providerRef: { name: 'slack', namespace: 'ops' } },
    { name: 'c', severity: 'error', providerRef: { name: 'slack', namespace: 'test' } },
  ])
})

test('a cookie lives for a day unless told otherwise', () => {
  const ageOf = (sessionAffinity: Fields) => analysisOf({ sessionAffinity }).sessionAffinity?.maxAge
  expect(ageOf({ cookieName: 'c' })).toBe(86_400)
  expect(ageOf({ cookieName: 'c', maxAge: 0 })).toBe(86_400)
  expect(ageOf({ cookieName: 'c', maxAge: 60 })).toBe(60)
})

test('percentages stay between 0 and 100', () => {
  const analysis = analysisOf({
    canaryReadyThreshold: 0,
    primaryReadyThreshold: 150,
    mirrorWeight: -1,
  })
  expect(analysis).toMatchObject({
    canaryReadyThreshold: 0,
    primaryReadyThreshold: 100,
    mirrorWeight: 0,
  })
})

describe('a judge', () => {
  const judgeOf = (judge: object | undefined, shadowJudge = false) => {
    const of = stored({ analysis: { interval: '1m', ...(judge && { judge }) } })
    return parseCanary(of, { ...defaults, shadowJudge }).canary.analysis.judge
  }

  test('has every default, with rates as shares', () => {
    expect(judgeOf({})).toEqual({
      ...{ mode: 'Enforce', require: 'Ratio', compareTo: 'Primary', onInconclusive: 'Hold' },
      ...{ ratio: 2, ignoreBelow: 0.001, falseRollback: 0.01, missed: 0.05 },
      ...{ delayMs: 0, historyMs: 6 * 3_600_000, warmupMs: 0, soakMs: 0, intervalMs: 60_000 },
      ...{ quantile: 0.99, onIncident: 'Hold', steps: 'Keep' },
    })
  })

  test('is there only for whom names one, unless all are judged in the shadow', () => {
    expect(judgeOf(undefined)).toBeUndefined()
    expect(judgeOf({ mode: 'Off' }, true)).toBeUndefined()
    expect(judgeOf(undefined, true)?.mode).toBe('Shadow')
    expect(judgeOf({}, true)?.mode).toBe('Enforce')
  })

  test('looks as often as the analysis at least, and every ten seconds at most', () => {
    expect(judgeOf({ interval: '15s' })?.intervalMs).toBe(15_000)
    expect(judgeOf({ interval: '1s' })?.intervalMs).toBe(10_000)
    expect(judgeOf({ interval: '5m' })?.intervalMs).toBe(60_000)
  })

  test('has for one metric what that says otherwise', () => {
    const judge = judgeOf({ ratio: 3 })
    if (!judge) throw new Error('there is no judge')
    const own = judgeWith(judge, { ignoreBelow: 1, mode: 'Shadow' })
    expect(own).toEqual({ ...judge, ignoreBelow: 0.01, mode: 'Shadow' })
    expect(judgeWith({ ...judge, mode: 'Shadow' }, { mode: 'Enforce' }).mode).toBe('Shadow')
  })

  test('keeps its numbers in range where an old definition let others through', () => {
    expect(judgeOf({ ratio: 1, falseRollback: 99, delay: '1h', limit: '0s' })).toMatchObject({
      ...{ ratio: 1.2, falseRollback: 0.2, delayMs: 600_000 },
    })
  })
})
