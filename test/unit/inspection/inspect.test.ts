import { describe, expect, test } from 'vitest'
import { inspectSpec } from '../../../src/inspection/inspect.ts'
import type { KubeObject } from '../../../src/objects.ts'
import { meshAbilities, noAbilities } from '../../support/observation.ts'
import { parsed } from '../canary/resource.ts'
import { secret, template } from '../metrics/builders.ts'
import { type Fields, faultsOf, known, range, said } from './faults.ts'

/** As a template that nobody filled in has it. */
const inShell = (name: string) => ['$', '{', name, '}'].join('')

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
      'a template without a query',
      { name: 'rate', templateRef: { name: 't' } },
      [template('t', ' # to do')],
      "rate can't be asked: Metric template t.test provider prometheus error: the query is empty; write it",
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
    for (const timeout of ['0s', '0m', '-5s'])
      expect(said({ webhooks: [{ name: 'w', url: 'http://w', timeout }] })).toEqual([
        'spec.analysis.webhooks[0] w has a timeout of nothing, in which nobody answers, so 10s is used; set a longer one',
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
