/** What is accepted, and hardly what somebody means. */
import { describe, expect, test } from 'vitest'
import { inspectSpec } from '../../../src/inspection/inspect.ts'
import type { KubeObject } from '../../../src/objects.ts'
import { routerFor } from '../../../src/routers/index.ts'
import { usualSettings } from '../../../src/routers/router.ts'
import { meshAbilities } from '../../support/observation.ts'
import { parsed } from '../canary/resource.ts'
import { secret } from '../metrics/builders.ts'
import { type Fields, known, range, said } from './faults.ts'

describe('alerts', () => {
  const alerts = [{ name: 'on-call', severity: 'error', providerRef: { name: 'slack' } }]
  const provider = (spec: Fields): KubeObject & { spec: Fields } => ({
    apiVersion: 'flagger.app/v1beta1',
    kind: 'AlertProvider',
    metadata: { name: 'slack', namespace: 'test' },
    spec,
  })

  test.each<[string, KubeObject[], string]>([
    ['a provider that is not there', [], 'alert provider slack.test is not there; create it'],
    ['no address', [provider({ type: 'slack' })], 'spec has no address; set address or secretRef'],
    [
      'a secret that is not there',
      [provider({ type: 'slack', secretRef: { name: 's' } })],
      'secret s of alert provider slack.test is not there; create it in namespace test',
    ],
    [
      'a secret without an address',
      [provider({ type: 'rocket', secretRef: { name: 's' } }), secret('s', { token: 'x' })],
      'correct it, or its secret',
    ],
    [
      'a template that can not be read',
      [provider({ type: 'slack', address: 'https://x', messageTemplate: '{{ if }}' })],
      'messageTemplate is not used, ',
    ],
    [
      'an address that is none',
      [provider({ type: 'slack', address: 'hooks.slack.com' })],
      'correct it, or its secret',
    ],
  ])('with %s would reach nobody', (_, objects, words) => {
    const [message, ...rest] = said({ alerts }, { objects })
    expect(rest).toEqual([])
    expect(message).toContain('spec.analysis.alerts[0] on-call would reach nobody: ')
    expect(message).toContain(words)
  })

  test('with a provider that is there are fine', () => {
    const objects = [provider({ type: 'slack', address: 'https://hooks.slack.com/x' })]
    expect(said({ alerts }, { objects })).toEqual([])
  })
})

describe('what is accepted and rarely meant', () => {
  const cookies = { cookieName: 'version', primaryCookieName: 'stable' }

  test.each(['nginx', 'skipper', 'kubernetes'])('is what %s has no use for', (provider) => {
    const analysis = { sessionAffinity: cookies, mirror: true }
    const canary = parsed({ analysis, spec: { provider } })
    const abilities = routerFor(provider).abilities({ canary, settings: usualSettings })
    const ignored = inspectSpec(canary, { ...known, abilities }).map((one) => one.message)
    expect(ignored[0]).toBe(
      `spec.analysis.sessionAffinity has no effect with provider ${provider}; remove it`,
    )
    // The other providers get an event of it at the start of each run.
    expect(ignored.slice(1)).toEqual(
      provider === 'kubernetes'
        ? ['spec.analysis.mirror has no effect with provider kubernetes; remove it']
        : [],
    )
  })

  test.each([
    [
      { interval: '5mfoo' },
      'spec.analysis.interval "5mfoo" is no duration, 1m0s is used; write it like 1m',
    ],
    [{ interval: '5s' }, 'spec.analysis.interval 5s is too short, 10s is used; set at least 10s'],
    [
      { maxWeight: 150 },
      'spec.analysis has a weight over 100, which counts as 100; set at most 100',
    ],
    [
      { stepWeights: [10, 20] },
      'spec.analysis.stepWeights beside stepWeight says only at which weight the run is promoted, 20; remove one of them',
    ],
    [
      { metrics: [{ name: 'm', query: 'q' }] },
      'spec.analysis.metrics[0] m has no thresholdRange, so nothing above 0 passes; set min or max',
    ],
    [
      { metrics: [{ name: 'request-success-rate' }] },
      'spec.analysis.metrics[0] request-success-rate has no thresholdRange, so any value passes; set min or max',
    ],
    [
      { metrics: [{ name: 'm', query: 'q', thresholdRange: {} }] },
      'spec.analysis.metrics[0] m has an empty thresholdRange, so any value passes; set min or max',
    ],
    [
      { metrics: [{ name: 'm', query: 'q', threshold: 1, interval: '1min' }] },
      'spec.analysis.metrics[0] m has interval "1min", which is no duration; write it like 1m',
    ],
    [
      { metrics: [{ name: 'm', query: 'q', threshold: 1, interval: '0s' }] },
      'spec.analysis.metrics[0] m has interval "0s", which is no duration; write it like 1m',
    ],
    [
      { metrics: [{ name: 'm', threshold: 1, templateRef: { name: '' } }] },
      'spec.analysis.metrics[0] m has no templateRef.name; set it to a MetricTemplate',
    ],
    [
      { alerts: [{ name: 'a', providerRef: { name: '' } }] },
      'spec.analysis.alerts[0] a has no providerRef.name; set it to an AlertProvider',
    ],
    [
      { webhooks: [{ name: 'w', url: 'http://w', metadata: { method: 'SING' } }] },
      'spec.analysis.webhooks[0] w has an unknown metadata.method, POST is used; correct it',
    ],
    [
      { match: [{ headers: { x: { exact: '1' } } }], sessionAffinity: cookies },
      'spec.analysis.sessionAffinity.primaryCookieName has no effect beside match, which decides who is on the primary; remove it',
    ],
    [
      { webhooks: [{ name: 'w', url: 'http://w', call: 'onRollback' }] },
      'spec.analysis.webhooks[0] w has call, which only type rollback knows; remove it',
    ],
    [
      { webhooks: [{ name: 'w', url: 'http://w', retries: 1_000_000 }] },
      'spec.analysis.webhooks[0] w has retries 1000000, of which 10 are made; set at most 10',
    ],
    [
      { stepWeight: 0, stepWeights: [10, 20], maxWeight: 60 },
      'spec.analysis.maxWeight has no effect beside stepWeights, the last of which is 20; remove it',
    ],
    [{ threshold: 0 }, 'spec.analysis.threshold 0 counts as 1; set at least 1'],
    [
      { threshold: 3, consecutiveThreshold: 3 },
      'spec.analysis.consecutiveThreshold 3 has no effect beside threshold 3; set fewer, or a higher threshold',
    ],
    [
      { metrics: [{ name: 'm', query: 'q', threshold: 1, requestsQuery: 'n' }] },
      'spec.analysis.metrics[0] m has requestsQuery, which has no effect without minRequests; set minRequests',
    ],
    [
      { mirrorWeight: 10 },
      'spec.analysis.mirrorWeight has no effect without mirror; set mirror to true',
    ],
    [
      { metrics: [{ name: 'm', query: 'rate(x[$interval])', threshold: 1 }] },
      'spec.analysis.metrics[0] m has $interval in its query, which nothing fills in; write {{ interval }}',
    ],
  ])('%j', (analysis, sentence) => {
    const faults = inspectSpec(parsed({ analysis }), known)
    expect(faults).toMatchObject([{ message: sentence, isFatal: false }])
  })
})

test('a limit of a duration that loses its fraction is told', () => {
  const slow = { name: 'request-duration', thresholdRange: { max: 0.5 } }
  expect(said({ metrics: [slow] })).toEqual([
    'spec.analysis.metrics[0] request-duration has max 0.5, and durations are whole milliseconds, so 0 counts; write 500 for half a second',
  ])
  expect(said({ metrics: [{ ...slow, thresholdRange: { max: 500 } }] })).toEqual([])
})

test.each([
  [{ min: 0.99 }, ['has min 0.99, and the rate is in percent, so that 0.99 % is enough; write 99']],
  [{ min: 1 }, ['has min 1, and the rate is in percent, so that 1 % is enough; write 100']],
  [{ max: 1 }, ['has max 1 and no min, so that it passes the worse the requests go; set min']],
  [{ min: 99.5 }, []],
  [{ min: 99, max: 100 }, []],
])('a rate of success with %j that nearly every version has is told', (thresholdRange, told) => {
  const rate = { name: 'request-success-rate', thresholdRange }
  const place = 'spec.analysis.metrics[0] request-success-rate'
  expect(said({ metrics: [rate] })).toEqual(told.map((what) => `${place} ${what}`))
  // What somebody's own query of that name answers is theirs to know.
  expect(said({ metrics: [{ ...rate, name: 'ratio', query: 'ratio' }] })).toEqual([])
})

describe('a judge', () => {
  const rate = { name: 'request-success-rate', thresholdRange: { min: 99 } }
  const counts = { bad: 'failed{app="x"}', all: 'all{app="x"}' }

  test('has nothing to be told where it can count both versions', () => {
    expect(said({ metrics: [rate], judge: {} })).toEqual([])
    const own = { name: 'own', counts, ...range }
    expect(said({ metrics: [own], judge: {} })).toEqual([])
  })

  test('that has nothing to judge is told, with what to add', () => {
    const own = { name: 'own', query: 'x', ...range }
    expect(said({ metrics: [own], judge: {} })).toEqual([
      'spec.analysis.judge has nothing to judge, so ranges decide; add request-success-rate, or a metric with counts',
    ])
    expect(said({ metrics: [rate], judge: {} }, { spec: { provider: 'apisix' } })).toContain(
      'spec.analysis.judge has nothing to judge by the series of provider apisix, which hold both versions; give a metric counts',
    )
  })

  test('compares how long requests take as well', () => {
    const slow = { name: 'request-duration', thresholdRange: { max: 500 } }
    expect(said({ metrics: [slow], judge: {} })).toEqual([])
  })

  test('wants counters as they are scraped, not what was made of them', () => {
    const own = (bad: string) => ({ name: 'own', counts: { ...counts, bad }, ...range })
    const text =
      'spec.analysis.metrics[0] own counts.bad is no selector of a counter as it is scraped; write name{label="value"}, without rate, sum or a recording rule'
    for (const bad of ['rate(failed[1m])', 'sum(failed)', 'app:failed:rate1m', 'failed / all'])
      expect(said({ metrics: [own(bad)], judge: {} }), bad).toEqual([text])
    for (const bad of ['failed', 'failed{pod=~"{{ target }}-[^-]+(}|{)"}', '{__name__="failed"}'])
      expect(said({ metrics: [own(bad)], judge: {} }), bad).toEqual([])
  })

  test('that must prove ranges names the metric that has none', () => {
    const bare = { name: 'request-success-rate', thresholdRange: {} }
    expect(said({ metrics: [bare], judge: { require: 'Objective' } })).toContain(
      'spec.analysis.metrics[0] request-success-rate has no thresholdRange, which spec.analysis.judge.require Objective is to prove; set one, or require Ratio',
    )
  })

  test('looks no less often than checks are made', () => {
    expect(said({ interval: '1m', metrics: [rate], judge: { interval: '5m' } })).toContain(
      'spec.analysis.judge.interval 5m is longer than spec.analysis.interval, looks are 1m apart; make it shorter, or leave it out',
    )
  })

  test.each(['interval', 'warmup', 'delay', 'limit', 'soak', 'history'])(
    'that has no duration in %s says that the default is used',
    (field) => {
      expect(said({ metrics: [rate], judge: { [field]: '5 minutes' } })).toContain(
        `spec.analysis.judge.${field} "5 minutes" is no duration, the default is used; write it like 10m`,
      )
    },
  )

  test('beside skipAnalysis has no effect', () => {
    expect(said({ metrics: [rate], judge: {} }, { spec: { skipAnalysis: true } })).toContain(
      'spec.analysis.judge has no effect beside spec.skipAnalysis; remove one of them',
    )
  })

  test('counts without one check nothing, which no run can pass with', () => {
    expect(said({ metrics: [{ name: 'own', counts, ...range }] })).toEqual([
      '! spec.analysis.metrics[0] own has counts, which only a judge reads; set spec.analysis.judge: {}, or query',
    ])
    const off = { name: 'own', counts, ...range, judge: { mode: 'Off' } }
    expect(said({ metrics: [rate, off], judge: {} })).toEqual([
      '! spec.analysis.metrics[1] own has counts, which only a judge reads; take judge.mode Off away, or set query',
    ])
  })
})

describe('weights that are no whole percent', () => {
  test('are fine where the provider shares as finely', () => {
    const abilities = { ...meshAbilities, tenths: true }
    expect(said({ stepWeight: 0.5, maxWeight: 2.5 }, { abilities })).toEqual([])
  })

  test.each([
    ['by whole percent alone', { stepWeight: 0.5 }, false, 'stepWeight 0.5'],
    ['by tenths of a percent at the finest', { stepWeight: 0.25 }, true, 'stepWeight 0.25'],
    [
      'by whole percent alone',
      { stepWeight: 0, stepWeights: [1, 2.5, 50] },
      false,
      'stepWeights 2.5',
    ],
  ])('let no run begin where it shares %s', (finest, analysis, tenths, what) => {
    const abilities = { ...meshAbilities, tenths }
    expect(said(analysis, { abilities })).toEqual([
      `! spec.analysis.${what}: provider istio shares ${finest}; set such a weight`,
    ])
  })
})
