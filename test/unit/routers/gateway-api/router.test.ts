import { describe, expect, test } from 'vitest'
import { gatewayApi } from '../../../../src/routers/gateway-api/router.ts'
import {
  backendsOf,
  contextWith,
  everyPath,
  handMade,
  routeOf,
  rulesOf,
  split,
  toCanary,
  toPrimary,
} from './route.ts'

const ab = {
  iterations: 3,
  stepWeight: 0,
  match: [
    { headers: { 'user-agent': { regex: '.*Firefox.*' } } },
    { queryParams: { canary: { exact: '1' } } },
  ],
}

test('a canary without a parent is refused, with the field to set', () => {
  for (const gatewayRefs of [undefined, []])
    expect(() => routeOf({ gatewayRefs } as never)).toThrow(
      'GatewayRefs must be specified for canary podinfo.test; name a Gateway, or the Service of ' +
        'a mesh, in spec.service.gatewayRefs',
    )
})

test('parents are written as they stand, with the defaults that the API server would add', () => {
  const gatewayRefs = [
    { name: 'gw', namespace: 'infra', sectionName: 'https' },
    { group: 'core', kind: 'Service', name: 'podinfo', namespace: 'test', port: 9898 },
  ]
  expect(routeOf({ gatewayRefs }).spec.parentRefs).toEqual([
    { group: 'gateway.networking.k8s.io', kind: 'Gateway', ...gatewayRefs[0] },
    gatewayRefs[1],
  ])
})

test('hosts become host names, and none are written where there are none', () => {
  expect(routeOf({ hosts: ['a.example.com', '*.b.example.com'] }).spec.hostnames).toEqual([
    'a.example.com',
    '*.b.example.com',
  ])
  expect(routeOf({ hosts: [] }).spec).not.toHaveProperty('hostnames')
})

test('the version of the API is that of the provider', () => {
  const versions = ['gatewayapi:v1', 'gatewayapi:v1beta1'].map(
    (provider) => routeOf({}, { provider }).apiVersion,
  )
  expect(versions).toEqual(['gateway.networking.k8s.io/v1', 'gateway.networking.k8s.io/v1beta1'])
})

test('timeouts are on every rule with v1, and on none with v1beta1', () => {
  const service = { timeout: '10s', backendTimeout: '1.5s' }
  for (const { timeouts } of rulesOf(service, { analysis: ab }))
    expect(timeouts).toEqual({ request: '10s', backendRequest: '1500ms' })
  const old = rulesOf(service, { provider: 'gatewayapi:v1beta1', analysis: ab })
  expect(old.map(({ timeouts }) => timeouts)).toEqual([undefined, undefined])
  expect(rulesOf({ backendTimeout: '5s' })[0]?.timeouts).toEqual({ backendRequest: '5s' })
})

describe('A/B', () => {
  const service = { match: [{ uri: { prefix: '/api' }, headers: { 'x-svc': { exact: '1' } } }] }

  test('a match wants what the service wants besides: it must be the more specific one', () => {
    const path = { type: 'PathPrefix', value: '/api' }
    const own = { name: 'x-svc', type: 'Exact', value: '1' }
    const [test, others] = rulesOf(service, { analysis: ab }, toCanary)
    expect(test?.matches).toEqual([
      {
        path,
        headers: [{ name: 'user-agent', type: 'RegularExpression', value: '.*Firefox.*' }, own],
      },
      { path, headers: [own], queryParams: [{ name: 'canary', type: 'Exact', value: '1' }] },
    ])
    expect(others?.matches).toEqual([{ path, headers: [own] }])
  })

  test('only the weights of the first rule move, and are read back', () => {
    const [idle, others] = rulesOf(service, { analysis: ab }, toPrimary)
    const [running, same] = rulesOf(service, { analysis: ab }, toCanary)
    expect(idle && backendsOf(idle)).toEqual(['podinfo-primary 100', 'podinfo-canary 0'])
    expect(running && backendsOf(running)).toEqual(['podinfo-primary 0', 'podinfo-canary 100'])
    expect(same).toEqual(others)
    expect(same && backendsOf(same)).toEqual(['podinfo-primary 100'])
    const found = routeOf(service, { analysis: ab }, toCanary)
    const context = contextWith(service, { analysis: ab, cluster: [found] })
    expect(gatewayApi.routes(context)).toEqual(toCanary)
  })

  test.each([
    [{ headers: { a: {} } }],
    [{ headers: { a: { exact: '1' } }, sourceLabels: { app: 'x' } }],
    [{ sourceLabels: { app: 'x' } }],
    [{}],
  ])('a match that HTTPRoutes can’t express, %j, sends nobody to the canary', (entry) => {
    const analysis = { ...ab, match: [...ab.match, entry] }
    expect(gatewayApi.abilities(contextWith({}, { analysis })).match).toBe(false)
    const weights = { match: [entry], stepWeight: 10 }
    expect(() => rulesOf({}, { analysis: weights }, split)).toThrow(
      /^canary podinfo\.test: spec\.analysis\.match can't be expressed with provider gatewayapi:v1; give/,
    )
    expect(rulesOf({}, { analysis: weights }, toPrimary)).toHaveLength(1)
  })

  test('prefix and suffix of a header become expressions of the whole text', () => {
    const match = [{ headers: { a: { prefix: 'x.' }, b: { suffix: '(y' } } }]
    const [rule] = rulesOf({}, { analysis: { ...ab, match } })
    expect(rule?.matches[0]?.headers).toEqual([
      { name: 'a', type: 'RegularExpression', value: String.raw`^x\..*$` },
      { name: 'b', type: 'RegularExpression', value: String.raw`^.*\(y$` },
    ])
  })

  test('weights with a match are of the matching requests', () => {
    const analysis = { match: ab.match, stepWeight: 10 }
    const [test, others] = rulesOf({}, { analysis }, split)
    expect(test && backendsOf(test)).toEqual(['podinfo-primary 80', 'podinfo-canary 20'])
    expect(others && backendsOf(others)).toEqual(['podinfo-primary 100'])
    const everybody = rulesOf({}, { analysis }, { ...split, everybody: true })
    expect(everybody.map(({ matches }) => matches)).toEqual([[everyPath]])
  })
})

describe('copies', () => {
  const mirror = { iterations: 3, stepWeight: 0, mirror: true }
  const copying = { ...toPrimary, mirrored: true }

  test('one filter copies to the canary, as long as it is asked for', () => {
    const found = routeOf({}, { analysis: mirror }, copying)
    const filters = found.spec.rules[0]?.filters
    const backendRef = { group: '', kind: 'Service', name: 'podinfo-canary', port: 80 }
    expect(filters).toEqual([{ type: 'RequestMirror', requestMirror: { backendRef } }])
    const context = contextWith({}, { analysis: mirror, cluster: [found] })
    expect(gatewayApi.routes(context)).toEqual(copying)
    expect(gatewayApi.render(context, copying)).toEqual([found])
    const [after] = gatewayApi.render(context, toPrimary)
    expect(JSON.stringify(after)).not.toContain('RequestMirror')
  })

  test('a share of the requests is copied where one is named', () => {
    const analysis = { ...mirror, mirrorWeight: 40 }
    const shareOf = (mirrorWeight?: number) =>
      rulesOf({}, { analysis }, { ...copying, ...(mirrorWeight && { mirrorWeight }) })[0]
        ?.filters?.[0]?.requestMirror
    expect(shareOf()).toMatchObject({ percent: 40 })
    expect(shareOf(100)).toMatchObject({ percent: 100 })
  })

  test('what the Canary copies to the canary all the time is no step of the analysis', () => {
    const service = { mirror: [{ backendRef: { name: 'podinfo-canary', port: 80 } }] }
    const routesAfter = (routes: typeof copying) =>
      gatewayApi.routes(contextWith(service, { cluster: [routeOf(service, {}, routes)] }))
    expect(routesAfter(toPrimary)).toEqual(toPrimary)
    expect(routesAfter(copying)).toEqual(copying)
  })
})

describe('session affinity', () => {
  const sessionAffinity = { cookieName: 'canary', primaryCookieName: 'stable' }
  const running = {
    sessionAffinityCookie: 'canary=abc',
    primarySessionAffinityCookie: 'stable=def',
  }
  const cookie = (value: string) => ({ name: 'Cookie', type: 'RegularExpression', value })

  test('the rules of the cookies come before the one that splits the others', () => {
    const rules = rulesOf({}, { analysis: { sessionAffinity }, status: running }, split)
    expect(rules.map(({ matches }) => matches[0]?.headers)).toEqual([
      [cookie('.*canary.*abc.*')],
      [cookie('.*stable.*def.*')],
      undefined,
    ])
    expect(rules.map(backendsOf)).toEqual([
      ['podinfo-primary 0', 'podinfo-canary 100'],
      ['podinfo-primary 100', 'podinfo-canary 0'],
      ['podinfo-primary 80', 'podinfo-canary 20'],
    ])
    const cookies = rules[2]?.backendRefs.map(({ filters }) => filters?.[0]?.responseHeaderModifier)
    expect(cookies).toEqual([
      { add: [{ name: 'Set-Cookie', value: 'stable=def; Max-Age=60' }] },
      { add: [{ name: 'Set-Cookie', value: 'canary=abc; Max-Age=86400' }] },
    ])
  })

  test('a primary cookie without a name keeps nobody', () => {
    const status = { ...running, primarySessionAffinityCookie: '=def' }
    const affinity = { cookieName: 'canary' }
    const rules = rulesOf({}, { analysis: { sessionAffinity: affinity }, status }, split)
    expect(rules).toHaveLength(2)
    expect(rules[1]?.backendRefs[0]).not.toHaveProperty('filters')
  })

  test('the cookie of a run that is over is taken away, beside other headers of the answer', () => {
    const status = { previousSessionAffinityCookie: 'canary=abc' }
    const analysis = { sessionAffinity: { ...sessionAffinity, path: '/', domain: 'a.example' } }
    const headers = { response: { add: { 'x-a': '1' }, set: { 'x-b': '2' } } }
    const [forget, rest] = rulesOf({ headers }, { analysis, status }, toPrimary)
    expect(forget?.filters).toEqual([
      {
        type: 'ResponseHeaderModifier',
        responseHeaderModifier: {
          add: [
            { name: 'x-a', value: '1' },
            { name: 'Set-Cookie', value: 'canary=abc; Max-Age=-1; Domain=a.example; Path=/' },
          ],
          set: [{ name: 'x-b', value: '2' }],
        },
      },
    ])
    expect(JSON.stringify(rest)).not.toContain('Set-Cookie')
  })

  test('without a cookie to take away there is one rule', () => {
    expect(rulesOf({}, { analysis: { sessionAffinity } }, toPrimary)).toHaveLength(1)
  })

  test('a user of a split test who has the cookie is kept, whatever the test asks', () => {
    const match = [{ headers: { a: { exact: '1' }, b: { exact: '2' } } }]
    const analysis = { sessionAffinity, match, stepWeight: 10 }
    const [kept, test] = rulesOf({}, { analysis, status: running }, split)
    const asked = test?.matches[0]?.headers ?? []
    expect(asked).toHaveLength(2)
    expect(kept?.matches.map(({ headers }) => headers)).toEqual([
      [cookie('.*canary.*abc.*')],
      [cookie('.*canary.*abc.*'), ...asked],
    ])
  })

  test('of two conditions on cookies only the first counts, so that no match has both', () => {
    const match = [{ headers: { cookie: { exact: 'x' } } }]
    const analysis = { sessionAffinity, match, stepWeight: 10 }
    const [kept] = rulesOf({}, { analysis, status: running }, split)
    expect(kept?.matches).toHaveLength(1)
  })
})

describe('a rewrite of the prefix', () => {
  const rewrite = { uri: '/v2', type: 'ReplacePrefixMatch' }

  test('has a rule for each prefix, as the API takes no other', () => {
    const match = [{ uri: { prefix: '/a' } }, { uri: { prefix: '/b' } }]
    const rules = rulesOf({ rewrite, match }, {}, split)
    expect(rules.map(({ matches }) => matches.map(({ path }) => path?.value))).toEqual([
      ['/a'],
      ['/b'],
    ])
    const found = routeOf({ rewrite, match }, {}, split)
    expect(gatewayApi.routes(contextWith({}, { cluster: [found] }))).toEqual(split)
  })

  test('is refused beside a path that is no prefix', () => {
    expect(() => rulesOf({ rewrite, match: [{ uri: { exact: '/a' } }] })).toThrow(
      'canary podinfo.test: spec.service.rewrite.type ReplacePrefixMatch needs uri.prefix in ' +
        'every entry of spec.service.match; give it, or remove the type',
    )
  })
})

describe('weights', () => {
  const rule = (...weights: (number | undefined)[]) => ({
    backendRefs: ['podinfo-primary', 'podinfo-canary'].map((name, at) => {
      return { name, port: 80, ...(weights[at] !== undefined && { weight: weights[at] }) }
    }),
  })
  const read = (rules: object[]) =>
    gatewayApi.routes(contextWith({}, { cluster: [handMade({ rules })] }))

  test('are shares of their sum, and 1 where there is none', () => {
    expect(read([rule(30, 10)])).toMatchObject({ primary: 75, canary: 25 })
    expect(read([rule()])).toMatchObject({ primary: 50, canary: 50 })
  })

  test('that are all zero are no routes, and are named', () => {
    expect(() => read([rule(0, 0)])).toThrow(
      'HTTPRoute podinfo.test has no weight for podinfo-primary and podinfo-canary: give one of them a weight',
    )
  })

  test('of a route that names no canary are not read', () => {
    expect(read([{ backendRefs: [{ name: 'podinfo', port: 80 }] }])).toBeUndefined()
    expect(read([])).toBeUndefined()
  })
})

test('a Canary that was edited into what can’t be expressed does not keep users on the canary', () => {
  const found = routeOf({}, {}, split)
  const broken = contextWith({ gatewayRefs: [] }, { cluster: [found] })
  const [back] = gatewayApi.render(broken, toPrimary)
  const after = contextWith({ gatewayRefs: [] }, { cluster: back ? [back] : [] })
  expect(gatewayApi.routes(after)).toEqual(toPrimary)
  expect(() => gatewayApi.render(after, toPrimary)).toThrow(/^GatewayRefs must be specified/)
  expect(() => gatewayApi.render(broken, split)).toThrow(/^GatewayRefs must be specified/)
})

test('a rollback leads a rule that somebody took the primary out of to the primary', () => {
  const found = routeOf({}, {}, split)
  const [rule] = found.spec.rules
  const lone = { ...rule, backendRefs: [{ name: 'podinfo-canary', port: 80, weight: 20 }] }
  const redirect = { filters: [{ type: 'RequestRedirect' }] }
  const edited = { ...found, spec: { ...found.spec, rules: [lone, redirect] } }
  expect(rulesOf({ gatewayRefs: [] }, { cluster: [edited] })).toEqual([
    { ...rule, backendRefs: [{ name: 'podinfo-primary', port: 80, weight: 20 }] },
    redirect,
  ])
})
