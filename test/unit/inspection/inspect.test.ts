/** What is seen of a Canary, its templates and receivers before there is any traffic. */
import { describe, expect, test } from 'vitest'
import { inspect, inspectSpec } from '../../../src/inspection/inspect.ts'
import type { KubeObject } from '../../../src/objects.ts'
import { routerFor } from '../../../src/routers/index.ts'
import { type Abilities, usualSettings } from '../../../src/routers/router.ts'
import { findIn } from '../../support/find.ts'
import { meshAbilities, noAbilities } from '../../support/observation.ts'
import { parsed } from '../canary/resource.ts'
import { secret, template } from '../metrics/builders.ts'

type Fields = Record<string, unknown>

const known = {
  abilities: meshAbilities,
  meshProvider: 'istio',
  now: new Date('2030-01-01T12:00:00Z'),
}

interface Scenery {
  objects?: KubeObject[]
  spec?: Fields
  abilities?: Abilities
}

function faultsOf(
  analysis: Fields,
  { objects = [], spec = {}, abilities = meshAbilities }: Scenery = {},
) {
  const context = { ...known, find: findIn(objects), abilities }
  return inspect(parsed({ analysis, spec }), context)
}

/** `! sentence` where no run can pass, and the sentence alone where it is only odd. */
function said(analysis: Fields, scenery: Scenery = {}): string[] {
  return faultsOf(analysis, scenery).map(({ isFatal, message }) => (isFatal ? '! ' : '') + message)
}

/** As a template that nobody filled in has it. */
const inShell = (name: string) => ['$', '{', name, '}'].join('')

const range = { thresholdRange: { max: 1 } }

test('nothing is said of a plain canary', () => {
  expect(said({})).toEqual([])
  const metrics = [
    { name: 'request-success-rate', thresholdRange: { min: 99 } },
    { name: 'request-duration', thresholdRange: { max: 500 } },
    { name: 'inline', query: 'x{ns="{{ namespace }}"}[{{ interval }}]', ...range },
    { name: 'template', templateRef: { name: 't' }, ...range },
  ]
  const webhooks = [{ name: 'gate', type: 'confirm-rollout', url: 'http://gate:8080/gate/check' }]
  expect(said({ metrics, webhooks }, { objects: [template('t', 'x')] })).toEqual([])
})

describe('what no run can pass with is named with its place and remedy', () => {
  const place = 'spec.analysis.metrics[0]'
  test.each<[string, Fields, KubeObject[], string]>([
    [
      'a metric that is no built-in one and has no query',
      { name: 'success-rate' },
      [],
      `${place} success-rate is not a built-in metric and has no query, so that it never passes; set query or templateRef, or name it request-success-rate or request-duration`,
    ],
    [
      'a minimum above the maximum',
      { name: 'm', query: 'q', thresholdRange: { min: 2, max: 1 } },
      [],
      `${place} m has min 2 above max 1, so no value passes; swap them`,
    ],
    [
      'requests that nothing counts',
      { name: 'm', query: 'q', thresholdRange: { max: 1 }, minRequests: 5 },
      [],
      `${place} m has minRequests, and nothing counts its requests; set requestsQuery`,
    ],
    [
      'a rate above all',
      { name: 'request-success-rate', thresholdRange: { min: 101 } },
      [],
      `${place} request-success-rate has min 101, and no rate is above 100 percent, so none passes; set min`,
    ],
    [
      'a time below none',
      { name: 'request-duration', thresholdRange: { max: -1 } },
      [],
      `${place} request-duration has max -1, and no value is below 0, so none passes; set max`,
    ],
    [
      'a field of Go in an inline query',
      { name: 'rate', query: 'x{ns="{{ .Namespace }}"}' },
      [],
      'write {{ namespace }} in place of {{ .Namespace }}, and so on',
    ],
    [
      'a field of Go in a template',
      { name: 'rate', templateRef: { name: 't' } },
      [template('t', 'x{ns="{{ .Namespace }}"}')],
      'write {{ namespace }} in place of {{ .Namespace }}, and so on',
    ],
    [
      'a name that nobody knows',
      { name: 'rate', query: '{{ workload }}' },
      [],
      'use one of name, namespace, target, service, ingress, route, interval, variables',
    ],
    [
      'braces that are not closed',
      { name: 'rate', query: '{{ namespace' },
      [],
      'correct the query',
    ],
    [
      'a variable that the metric does not give',
      { name: 'rate', templateRef: { name: 't' } },
      [template('t', '{{ variables.env }}')],
      'add it to templateVariables',
    ],
    [
      'a template that is not there',
      { name: 'rate', templateRef: { name: 't' } },
      [],
      'create the MetricTemplate, or correct templateRef',
    ],
    [
      'a secret that is not there',
      { name: 'rate', templateRef: { name: 't' } },
      [template('t', 'q', { secretRef: { name: 's' } })],
      'create the Secret in namespace test, or correct secretRef',
    ],
    [
      'a secret without a login',
      { name: 'rate', templateRef: { name: 't' } },
      [template('t', 'q', { secretRef: { name: 's' } }), secret('s', { key: 'v' })],
      'correct the MetricTemplate',
    ],
    [
      'a server without an address',
      { name: 'rate', templateRef: { name: 't' } },
      [template('t', 'q', { address: '' })],
      'correct the MetricTemplate',
    ],
    [
      'a service that nobody knows',
      { name: 'rate', templateRef: { name: 't' } },
      [template('t', 'q', { type: 'crystal-ball' })],
      'use one of',
    ],
  ])('%s', (_, metric, objects, words) => {
    const { name } = metric
    const [fault, ...rest] = faultsOf({ metrics: [{ ...range, ...metric }] }, { objects })
    expect(rest).toEqual([])
    expect(fault).toMatchObject({ isFatal: true, check: { name, kind: 'metric' } })
    expect(fault?.message).toMatch(/^spec\.analysis\.metrics\[0\] [^;\n]+/)
    expect(fault?.message).toContain(words)
  })

  test.each([
    [
      `${inShell('SLACK_WEBHOOK')}`,
      `has ${inShell('SLACK_WEBHOOK')} in url, which nothing fills in; write the address itself`,
    ],
    [
      `http://${inShell('HOST')}/check`,
      `has ${inShell('HOST')} in url, which nothing fills in; write the address itself`,
    ],
    [
      'http://$(HOST)/check',
      'has $(HOST) in url, which nothing fills in; write the address itself',
    ],
    [
      'https://{{ .Values.host }}/',
      'has {{ .Values.host }} in url, which nothing fills in; write the address itself',
    ],
    [
      'http://<your-host>/',
      'has <your-host> in url, which nothing fills in; write the address itself',
    ],
    ['loadtester.test', 'has no http or https address in url; correct it'],
    ['ftp://loadtester/', 'has no http or https address in url; correct it'],
    ['http://:8080/', 'has no http or https address in url; correct it'],
    ['', 'has no http or https address in url; correct it'],
  ])('a check at %s', (url, words) => {
    for (const type of ['rollout', 'pre-rollout', ''])
      expect(said({ webhooks: [{ name: 'w', type, url }] })).toEqual([
        `! spec.analysis.webhooks[0] w ${words}`,
      ])
  })

  test('a timeout that is none', () => {
    expect(said({ webhooks: [{ name: 'w', url: 'http://w', timeout: '10' }] })).toEqual([
      '! spec.analysis.webhooks[0] w has no valid timeout (time: missing unit in duration "10"); write it like 10s',
    ])
  })

  test('comes before what is only odd', () => {
    const metrics = [
      { name: 'm', query: 'q' },
      { name: 'none', ...range },
    ]
    expect(faultsOf({ metrics }).map(({ isFatal }) => isFatal)).toEqual([true, false])
  })

  test('is seen of the Canary alone, before what it refers to is there', () => {
    const metrics = [
      { name: 'a', templateRef: { name: 't' }, ...range },
      { name: 'b', ...range },
      { name: 'c', query: '{{ nothing }}', ...range },
    ]
    const faults = inspectSpec(parsed({ analysis: { metrics } }), known)
    const messages = faults.map(({ message }) => message)
    expect(messages).toEqual([
      expect.stringContaining('metrics[1] b is not a built-in metric'),
      expect.stringContaining("metrics[2] c can't be asked"),
    ])
  })
})

describe('a hook that nobody can ask', () => {
  test.each(['confirm-rollout', 'confirm-traffic-increase', 'confirm-promotion'])(
    'never opens the %s gate',
    (type) => {
      const webhooks = [{ name: 'go', type, url: `${inShell('GATE')}` }]
      expect(said({ webhooks })).toEqual([
        `spec.analysis.webhooks[0] go has ${inShell('GATE')} in url, which nothing fills in, so that this gate never opens by itself; write the address itself`,
      ])
    },
  )

  test.each(['event', 'post-rollout', 'rollback'])('ends no run as %s', (type) => {
    expect(faultsOf({ webhooks: [{ name: 'w', type, url: 'nowhere' }] })).toMatchObject([
      { isFatal: false },
    ])
  })
})

test.each([
  ['notify-slack', 'confirm-rollout', 'http://gate/', 'is a gate, which holds the run'],
  ['go', 'confirm-promotion', 'https://hooks.slack.com/services/T/B/x', 'is a gate, which holds'],
  ['notify-on-rollback', 'rollback', 'http://chat/', 'is asked at each check, and any 2xx answer'],
  ['back', 'rollback', 'https://discord.com/api/webhooks/1/x', 'is asked at each check'],
])('the hook %s of type %s at %s is no message', (name, type, url, words) => {
  expect(said({ webhooks: [{ name, type, url }] })).toEqual([
    expect.stringContaining(`spec.analysis.webhooks[0] ${name} ${words}`),
  ])
  expect(said({ webhooks: [{ name, type: 'event', url }] })).toEqual([])
})

describe('conditions of routes', () => {
  const matching = (regex: string) => ({
    iterations: 2,
    match: [{ headers: { cookie: { regex } } }],
  })

  test.each([
    ['[a-', 'Unterminated character class'],
    ['(a', 'Unterminated group'],
    ['*', 'Nothing to repeat'],
    ['a\\', 'at end of pattern'],
    ['a(?!b)', 'it looks ahead or behind'],
    ['(a)\\1', 'it refers back to a group'],
    ['a{2000}', 'it repeats more than 1000 times'],
  ])('with the expression %s are named', (regex, why) => {
    const [message, ...rest] = said(matching(regex))
    expect(rest).toEqual([])
    expect(message).toMatch(
      /^spec\.analysis\.match\[0\]\.headers\.cookie\.regex is no regular expression: .*; correct it$/,
    )
    expect(message).toContain(why)
  })

  test.each([
    '^(.*?;)?(canary=always)(;.*)?$',
    '(?i)beta',
    '(?P<name>x)[[:alpha:]]+',
    '\\Qa(b\\E.*',
    '[(?!]',
    '\\d{1,3}\\.\\pL',
    '(?s-i:.)',
  ])('with the expression %s are fine', (regex) => {
    expect(said(matching(regex))).toEqual([])
  })

  test('may look ahead where the proxy can', () => {
    expect(said(matching('a(?!b)'), { abilities: { ...meshAbilities, backtracks: true } })).toEqual(
      [],
    )
  })

  test('of the service are read as well', () => {
    const service = { port: 80, match: [{ uri: { regex: '(' } }] }
    expect(said({}, { spec: { service } })).toEqual([
      expect.stringContaining('spec.service.match[0].uri.regex is no regular expression'),
    ])
  })

  test('that are none match everybody', () => {
    expect(said({ iterations: 2, match: [{}] })).toEqual([
      'spec.analysis.match[0] has no condition, so every request meets it; set headers, queryParams or sourceLabels',
    ])
  })

  test('that the provider has not are replaced, which is said before', () => {
    expect(
      said(matching('x'), { spec: { provider: 'kubernetes' }, abilities: noAbilities }),
    ).toEqual([
      "spec.analysis.match can't be had from provider kubernetes, so that blue/green is used; remove it, or set another provider",
    ])
    expect(said({}, { spec: { provider: 'kubernetes' }, abilities: noAbilities })).toEqual([
      'spec.analysis has weights, and provider kubernetes moves no traffic: 10 iterations are made; set iterations, or another provider',
    ])
  })
})

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
