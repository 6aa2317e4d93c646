/** Templates of another namespace, whose credentials a Canary must not turn to its own ends. */
import { describe, expect, test } from 'vitest'
import { metricChecks } from '../../../src/metrics/checks.ts'
import { providerProbes } from '../../../src/metrics/probes.ts'
import type { KubeObject } from '../../../src/objects.ts'
import { findIn } from '../../support/find.ts'
import { askedAt, canary, secret, template } from './builders.ts'

const strict = { isRequired: true, home: 'flagger-system' }

/** The query of a canary in namespace `test`, or why there is none. */
function asked(metric: object, objects: KubeObject[], sharing = { ...strict, isRequired: false }) {
  const deps = { find: findIn(objects), meshProvider: 'istio', now: askedAt, sharing }
  const of = { name: 'm', thresholdRange: { max: 10 }, ...metric }
  const [check] = metricChecks(canary([of]), deps)
  return check?.ask()
}

function rendered(query: string, templateVariables: Record<string, string>, namespace = 'ops') {
  const metric = { templateRef: { name: 't', namespace }, templateVariables }
  return asked(metric, [template('t', query, {}, namespace)])
}

describe('without the consent that is required', () => {
  const metric = { templateRef: { name: 't', namespace: 'ops' } }
  const why =
    'it is not shared with namespace test; add test to its annotation flagger.app/shared-with'
  const shared = (object: KubeObject) => ({
    ...object,
    metadata: { ...object.metadata, annotations: { 'flagger.app/shared-with': 'test' } },
  })

  test('a template is not asked', () => {
    const found = [template('t', 'v', {}, 'ops')]
    expect(asked(metric, found, strict)).toEqual({ problem: `Metric template t.ops error: ${why}` })
    expect(asked(metric, found.map(shared), strict)).toMatchObject({ query: 'v' })
    expect(asked(metric, found)).toMatchObject({ query: 'v' })
  })

  test('its server is not probed', () => {
    const of = canary([{ name: 'm', ...metric }])
    const find = findIn([template('t', 'v', {}, 'ops')])
    expect(providerProbes(of, find, strict)).toEqual([
      { problem: `metric template t.ops error: ${why}` },
    ])
  })
})

describe('a value that could leave its quotes is refused', () => {
  test.each([
    ['a double quote', 'a{b="{{ variables.x }}"}', 'c"} or secret{d="'],
    ['a single quote', "a{b='{{ variables.x }}'}", "c'} or secret{d='"],
    ['a raw quote', 'a{b=`{{ variables.x }}`}', 'c`} or secret{d=`'],
    ['a quote that one language escapes', 'a{b="{{ variables.x }}"}', 'c\\"} or secret{d=\\"'],
    ['a quote that another one escapes', 'a("{{ variables.x }}")', 'c~") or secret("'],
    ['\\ before the closing quote', 'a{b="{{ variables.x }}",c="{{ variables.y }}"}', 'c\\'],
    ['~ before the closing quote', 'a("{{ variables.x }}","{{ variables.y }}")', 'c~'],
    ['a line end in a comment', 'a # {{ variables.x }}', 'c\nor secret'],
    ['a carriage return in a comment', 'a // {{ variables.x }}', 'c\ror secret'],
    ['a quote behind one in a comment', '# don\'t\na{b="{{ variables.x }}"}', 'c"} or secret{d="'],
    ['an opening quote outside of any', 'a {{ variables.x }} "b"', '"'],
    ['quotes that a function adds', 'a{b={{ printf "%q" variables.x }}}', 'c"d'],
  ])('%s', (_, query, x) => {
    expect(rendered(query, { x, y: 'd' })).toEqual({
      problem:
        'Metric template t.ops query render error: templateVariables.x could leave the quotes that ' +
        'the query has around it; use values without quotes, line ends, and \\ or ~ at their end',
    })
  })

  test('in names of the canary as well', () => {
    const deps = {
      find: findIn([template('t', 'a{b="{{ ingress }}"}', {}, 'ops')]),
      meshProvider: '',
      now: askedAt,
    }
    const metric = {
      name: 'm',
      templateRef: { name: 't', namespace: 'ops' },
      thresholdRange: { max: 1 },
    }
    const [check] = metricChecks(
      canary([metric], {
        ingressRef: { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'x"y' },
      }),
      deps,
    )
    expect(check?.ask()).toMatchObject({ problem: expect.stringContaining('ingress could leave') })
  })

  test('in a text that is too long to be looked at', () => {
    expect(rendered('a{b="{{ variables.x }}"}', { x: '\\d'.repeat(40_000) })).toMatchObject({
      problem: expect.stringContaining('could leave'),
    })
  })
})

describe('a value that stays where it was put is sent as it is', () => {
  test.each([
    ['a regular expression', 'a{b=~"{{ variables.x }}"}', '/v1/\\\\d+|/v2/.*'],
    ['the other quote', 'a{b="{{ variables.x }}"}', "O'Brien"],
    ['~ within', 'a("{{ variables.x }}")', 'a~b'],
    ['whole selectors outside of quotes', 'a{ {{ variables.x }} }', 'b="c",d="e"'],
    ['nothing of note', 'a{b="{{ variables.x }}"} # it\'s "', 'c-d--e//f#g'],
  ])('%s', (_, query, x) => {
    expect(rendered(query, { x })).toMatchObject({ query: query.replace('{{ variables.x }}', x) })
  })

  test('whatever it is, in a template of the own namespace', () => {
    expect(rendered('a{b="{{ variables.x }}"}', { x: 'c"} or d{e="' }, 'test')).toMatchObject({
      query: 'a{b="c"} or d{e=""}',
    })
  })
})

describe('a query of the Canary that counts requests', () => {
  const metric = {
    ...{ name: 'm', templateRef: { name: 't', namespace: 'ops' }, thresholdRange: { max: 1 } },
    ...{ minRequests: 10, requestsQuery: 'secret' },
  }
  const counting = (provider: object) => {
    const objects = [template('t', 'v', provider, 'ops'), secret('key', { token: 'x' }, 'ops')]
    const deps = { find: findIn(objects), meshProvider: 'istio', now: askedAt }
    const [check] = metricChecks(canary([metric]), deps)
    return check?.askRequests?.()
  }

  test.each([
    ['a Secret', { secretRef: { name: 'key' } }],
    ['headers', { headers: { 'X-Scope-OrgID': ['ops'] } }],
  ])('is not sent with %s of another namespace', (_, provider) => {
    expect(counting(provider)).toEqual({
      problem:
        'Metric template t.ops query render error: requestsQuery of the Canary is not sent with the ' +
        'credentials of another namespace; use a template of namespace test',
    })
  })

  test('is sent where nothing comes with it', () => {
    expect(counting({})).toMatchObject({ query: 'secret' })
  })
})
