import { describe, expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import type { HttpRule } from '../../../../src/routers/istio/http-rules.ts'
import { istio } from '../../../../src/routers/istio/router.ts'
import type { Specified } from '../../../../src/routers/metadata.ts'
import { originalConfiguration } from '../../../../src/routers/original.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import { type ContextOf, contextOf, restored } from '../../../conformance/routers/fixtures.ts'

const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }
const split: Routes = { primary: 90, canary: 10, mirrored: false }

type Service = NonNullable<NonNullable<ContextOf['spec']>['service']>

function virtualService(of: ContextOf, routes: Routes = toPrimary): Specified {
  const objects = istio.render(contextOf(of), routes)
  const found = objects.find(({ kind }) => kind === 'VirtualService')
  if (!found) throw new Error('no VirtualService was rendered')
  return found
}

const specOf = (service: Partial<Service>, routes?: Routes) =>
  virtualService({ spec: { service: { port: 80, ...service } } }, routes).spec ?? {}

const rulesOf = (of: ContextOf, routes: Routes) =>
  virtualService(of, routes).spec?.http as HttpRule[]

const vs = (spec: Record<string, unknown>, metadata: Partial<KubeObject['metadata']> = {}) => ({
  apiVersion: 'networking.istio.io/v1beta1',
  kind: 'VirtualService',
  metadata: { name: 'podinfo', namespace: 'test', ...metadata },
  spec,
})

const toHost = (host: string, weight?: number) => ({ destination: { host }, weight })

describe('hosts and gateways', () => {
  test.each([
    [{}, ['podinfo'], ['mesh']],
    [{ hosts: ['a.example.com'] }, ['a.example.com', 'podinfo'], ['mesh']],
    [{ hosts: ['podinfo', 'b'] }, ['podinfo', 'b'], ['mesh']],
    [{ hosts: ['*'] }, ['*'], ['mesh']],
    [{ gateways: ['gw'] }, ['podinfo'], ['gw']],
  ])('%j gives hosts %j at %j', (service, hosts, gateways) => {
    expect(specOf(service)).toMatchObject({ hosts, gateways })
  })

  test('a delegate has no hosts of its own, and no gateways', () => {
    expect(specOf({ delegation: true })).toMatchObject({ hosts: [] })
    expect(specOf({ delegation: true })).not.toHaveProperty('gateways')
  })

  test.each([{ hosts: ['a'] }, { gateways: ['gw'] }])(
    'a delegate with %j is refused',
    (service) => {
      expect(() => specOf({ delegation: true, ...service })).toThrow(
        /^VirtualService podinfo\.test cannot have hosts and gateways when delegation enabled: remove/,
      )
    },
  )

  test.each([
    [{ gateways: ['gw'] }, true],
    [{ gateways: ['gw', 'mesh'] }, true],
    [{ gateways: ['mesh', 'gw'] }, false],
    [{}, false],
    [{ delegation: true }, true],
  ])('%j needs a port on the destinations: %s', (service, needed) => {
    const portOf = (portDiscovery: boolean) => {
      const { http } = specOf({ ...service, portDiscovery }) as {
        http: { route: { destination: { port?: object } }[] }[]
      }
      return http[0]?.route[0]?.destination.port
    }
    expect(portOf(true)).toEqual(needed ? { number: 80 } : undefined)
    expect(portOf(false)).toBeUndefined()
  })
})

describe('rules', () => {
  test('empty lists and maps of the Canary are left out', () => {
    const [rule] = specOf({ match: [], headers: {}, rewrite: {}, timeout: '' }).http as object[]
    expect(Object.keys(rule ?? {})).toEqual(['route'])
  })

  test('the type of a rewrite is for others, and retries always name attempts', () => {
    const [rule] = specOf({
      rewrite: { uri: '/', type: 'ReplacePrefixMatch' },
      retries: { retryOn: '5xx' },
    }).http as object[]
    expect(rule).toMatchObject({
      rewrite: { uri: '/' },
      retries: { attempts: 0, retryOn: '5xx' },
    })
    expect(rule).not.toHaveProperty('rewrite.type')
  })

  test('the end of a path is matched by an expression', () => {
    const [rule] = specOf({ match: [{ uri: { suffix: '.js' } }] }).http as { match: object }[]
    expect(rule?.match).toEqual([{ uri: { regex: String.raw`.*\.js` } }])
  })

  test('a mirror without a weight of its own names no percentage', () => {
    const [rule] = rulesOf({}, { ...toPrimary, mirrored: true })
    expect(rule?.mirror).toEqual({ host: 'podinfo-canary' })
    expect(rule).not.toHaveProperty('mirrorPercentage')
  })

  test('the mirrored share of the step wins over that of the Canary', () => {
    const of = { analysis: { mirror: true, mirrorWeight: 10 } }
    const [rule] = rulesOf(of, { ...toPrimary, mirrored: true, mirrorWeight: 35 })
    expect(rule?.mirrorPercentage).toEqual({ value: 35 })
  })

  test('in an A/B test all others reach the primary, with the same settings', () => {
    const of: ContextOf = {
      spec: { service: { port: 80, timeout: '5s' } },
      analysis: { match: [{ queryParams: { v: { exact: '2' } } }], iterations: 2, stepWeight: 0 },
    }
    expect(rulesOf(of, { primary: 0, canary: 100, mirrored: false })).toEqual([
      {
        timeout: '5s',
        match: [{ queryParams: { v: { exact: '2' } } }],
        route: [toHost('podinfo-primary', 0), toHost('podinfo-canary', 100)],
      },
      { timeout: '5s', route: [toHost('podinfo-primary', 0)] },
    ])
  })

  test.each([[[{}]], [[{ headers: {} }]], [[{ headers: { x: { exact: '1' } } }, {}]]])(
    'a test for %j, which everybody meets, is not taken on',
    (match) => {
      const test = { match, iterations: 2, stepWeight: 0 }
      expect(istio.abilities(contextOf({ analysis: test })).match).toBe(false)
      const toCanary: Routes = { primary: 0, canary: 100, mirrored: false }
      expect(rulesOf({ analysis: test }, toCanary)).toEqual(rulesOf({}, toCanary))
      expect(rulesOf({ analysis: { match } }, toPrimary)).toEqual(rulesOf({}, toPrimary))
      expect(() => rulesOf({ analysis: { match } }, split)).toThrow(
        /^canary podinfo\.test: spec\.analysis\.match has an entry without a condition/,
      )
    },
  )

  test('a match without iterations splits the matching requests', () => {
    const of = { analysis: { match: [{ headers: { x: { exact: '1' } } }] } }
    const context = contextOf({ ...of, cluster: [virtualService(of, split)] })
    expect(istio.routes(context)).toEqual(split)
  })
})

test('where everybody has to reach the canary, an A/B test singles out nobody', () => {
  const match = [{ headers: { 'x-canary': { exact: 'beta' } } }]
  const toAll: Routes = { primary: 0, canary: 100, mirrored: false, everybody: true }
  const of = { analysis: { match, iterations: 2, stepWeight: 0 } }
  expect(rulesOf(of, toAll)).toEqual(rulesOf({}, { ...toAll, everybody: undefined }))
  expect(rulesOf(of, { ...toAll, everybody: undefined })).toHaveLength(2)
})

describe('session affinity', () => {
  const sessionAffinity = { cookieName: 'co-canary', primaryCookieName: 'co-primary', path: '/' }
  const status = {
    sessionAffinityCookie: 'co-canary=XwMkqACCVd',
    primarySessionAffinityCookie: 'co-primary=FxWkYpfjYD',
  }
  const headers = { request: { add: { x: 'y' } }, response: { add: { z: '1' } } }
  const spec = { service: { port: 80, match: [{ uri: { prefix: '/' } }], headers } }

  test('users of the canary stay there, users of the primary too, all others are split', () => {
    const rules = rulesOf({ analysis: { sessionAffinity }, status }, split)
    expect(rules).toHaveLength(3)
    expect(rules[0]).toEqual({
      match: [{ headers: { Cookie: { regex: '.*co-canary.*XwMkqACCVd.*' } } }],
      route: [toHost('podinfo-primary', 0), toHost('podinfo-canary', 100)],
    })
    expect(rules[1]).toEqual({
      match: [{ headers: { Cookie: { regex: '.*co-primary.*FxWkYpfjYD.*' } } }],
      route: [toHost('podinfo-primary', 100), toHost('podinfo-canary', 0)],
    })
    const set = (cookie: string) => ({ response: { add: { 'Set-Cookie': `${cookie}; Path=/` } } })
    expect(rules[2]?.route).toEqual([
      { ...toHost('podinfo-primary', 90), headers: set('co-primary=FxWkYpfjYD; Max-Age=60') },
      { ...toHost('podinfo-canary', 10), headers: set('co-canary=XwMkqACCVd; Max-Age=86400') },
    ])
  })

  test('a stored primary cookie of another name keeps nobody', () => {
    const stale = { ...status, primarySessionAffinityCookie: '=FxWkYpfjYD' }
    expect(rulesOf({ analysis: { sessionAffinity }, status: stale }, split)).toHaveLength(2)
  })

  test('without stored cookies the split still holds', () => {
    const of = { analysis: { sessionAffinity } }
    expect(rulesOf(of, split)).toEqual(rulesOf({}, split))
  })

  test('after the run the cookie is deleted where it was set, and only for those who have it', () => {
    const previousSessionAffinityCookie = 'co-canary=XwMkqACCVd'
    const of = { spec, analysis: { sessionAffinity }, status: { previousSessionAffinityCookie } }
    const [forget, rest, ...others] = rulesOf(of, toPrimary)
    expect(others).toEqual([])
    expect(forget?.match).toEqual([
      { uri: { prefix: '/' }, headers: { Cookie: { regex: '.*co-canary.*XwMkqACCVd.*' } } },
    ])
    expect(forget?.headers).toEqual({
      request: { add: { x: 'y' } },
      response: { add: { z: '1', 'Set-Cookie': 'co-canary=XwMkqACCVd; Max-Age=-1; Path=/' } },
    })
    expect(rest?.headers).toEqual(headers)
  })

  test('before the first run there is one rule', () => {
    expect(rulesOf({ analysis: { sessionAffinity } }, toPrimary)).toEqual(rulesOf({}, toPrimary))
  })

  test('a mirror is read back although users are kept', () => {
    const previousSessionAffinityCookie = 'co-canary=XwMkqACCVd'
    const of = { analysis: { sessionAffinity }, status: { previousSessionAffinityCookie } }
    const rendered = virtualService(of, { ...toPrimary, mirrored: true })
    expect(istio.routes(contextOf({ ...of, cluster: [rendered] }))?.mirrored).toBe(true)
  })

  test.each([split, toPrimary])('the weights %j are read past the rules for cookies', (routes) => {
    const of = {
      analysis: { sessionAffinity },
      status: { ...status, previousSessionAffinityCookie: 'co-canary=abcdefghij' },
    }
    const rendered = virtualService(of, routes)
    expect(istio.routes(contextOf({ ...of, cluster: [rendered] }))).toEqual(routes)
  })
})

describe('routes', () => {
  const read = (spec: Record<string, unknown>) => istio.routes(contextOf({ cluster: [vs(spec)] }))

  test('a VirtualService that names no canary has none of ours yet', () => {
    expect(read({ http: [{ route: [toHost('podinfo')] }] })).toBeUndefined()
    expect(read({})).toBeUndefined()
  })

  test('weights of nothing are refused, with the object and what to do', () => {
    const route = [toHost('podinfo-primary'), toHost('podinfo-canary', 0)]
    expect(() => read({ http: [{ route }] })).toThrow(
      'VirtualService podinfo.test does not contain routes for podinfo-primary and podinfo-canary',
    )
  })

  test('weights that do not add up to 100 are shares of their sum', () => {
    const route = [toHost('podinfo-primary', 30), toHost('podinfo-canary', 10)]
    expect(read({ http: [{ route }] })).toEqual({ primary: 75, canary: 25, mirrored: false })
  })

  test('a mirror to somewhere else is none of ours', () => {
    const route = [toHost('podinfo-primary', 100), toHost('podinfo-canary', 0)]
    expect(read({ http: [{ route, mirror: { host: 'audit' } }] })).toEqual(toPrimary)
  })

  test.each([
    { http: 'text' },
    { http: [null, 7] },
    { http: [{ route: [null, { destination: 'x' }] }] },
  ])('%j crashes nothing', (spec) => {
    expect(read(spec)).toBeUndefined()
  })

  test('TCP is told by the application protocol, in any case', () => {
    const spec = { service: { port: 80, appProtocol: 'Tcp' } }
    const rendered = virtualService({ spec }, split)
    expect(Object.keys(rendered.spec ?? {})).toEqual(['hosts', 'gateways', 'tcp'])
    expect(istio.routes(contextOf({ spec, cluster: [rendered] }))).toEqual(split)
    expect(istio.abilities(contextOf({ spec }))).toEqual({
      weights: true,
      match: false,
      mirror: false,
      mirrorWeight: false,
      sessionAffinity: false,
    })
  })

  test('a change of the protocol moves the routes, not the weights', () => {
    const http = virtualService({}, split)
    const spec = { service: { port: 80, appProtocol: 'tcp' } }
    expect(virtualService({ spec, cluster: [http] }, split).spec).not.toHaveProperty('http')
  })
})

describe('taking over', () => {
  const theirs = vs({ hosts: ['shop'], tls: [], http: [{ route: [toHost('podinfo')] }] })

  test('the original is remembered once, whatever changes later', () => {
    const taken = virtualService({ cluster: [theirs] })
    const key = originalConfiguration
    expect(JSON.parse(taken.metadata.annotations?.[key] ?? '')).toEqual(
      JSON.parse(JSON.stringify(theirs.spec)),
    )
    const later = virtualService({
      cluster: [taken],
      spec: { service: { port: 80, timeout: '1s' } },
    })
    expect(later.metadata.annotations?.[key]).toBe(taken.metadata.annotations?.[key])
  })

  test('what kubectl applied is the original', () => {
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(theirs),
    }
    const applied = vs(theirs.spec, { annotations })
    const taken = virtualService({ cluster: [applied] })
    expect(taken.metadata.annotations).not.toHaveProperty(originalConfiguration)
    const now = restored([taken], istio.restore(contextOf({ cluster: [taken] })))
    expect(now).toEqual([vs(JSON.parse(JSON.stringify(theirs.spec)), { annotations })])
  })

  test('a spec of ours is never taken for the original', () => {
    const ours = vs({ http: [{ route: [toHost('podinfo-canary', 5)] }] })
    const next = virtualService({ cluster: [ours] })
    expect(next.metadata.annotations).not.toHaveProperty(originalConfiguration)
    expect(istio.restore(contextOf({ cluster: [next] }))).toEqual({ write: [], remove: [] })
  })

  test('an unreadable original stops the restoration with its name', () => {
    const broken = vs(theirs.spec, { annotations: { [originalConfiguration]: '{' } })
    expect(() => istio.restore(contextOf({ cluster: [broken] }))).toThrow(
      /^VirtualService podinfo\.test failed to unMarshal annotation flagger\.kubernetes\.io/,
    )
  })
})

test('the traffic policy of the Canary is on both DestinationRules, and goes again', () => {
  const trafficPolicy = { tls: { mode: 'ISTIO_MUTUAL' } } as const
  const configured = istio.render(
    contextOf({ spec: { service: { port: 80, trafficPolicy } } }),
    split,
  )
  expect(configured.slice(0, 2)).toMatchObject([
    { metadata: { name: 'podinfo-canary' }, spec: { host: 'podinfo-canary', trafficPolicy } },
    { metadata: { name: 'podinfo-primary' }, spec: { host: 'podinfo-primary', trafficPolicy } },
  ])
  const without = istio.render(contextOf({ cluster: configured }), split) as Specified[]
  expect(without[0]?.spec).toEqual({ host: 'podinfo-canary' })
})

test('subsets that somebody added are removed from a DestinationRule', () => {
  const [rule, ...others] = istio.render(contextOf(), split) as Specified[]
  if (!rule) throw new Error('no DestinationRule was rendered')
  const edited: Specified = { ...rule, spec: { ...rule.spec, subsets: [{ name: 'v1' }] } }
  expect(istio.render(contextOf({ cluster: [edited, ...others] }), split)[0]).toEqual(rule)
})

test('restoring removes what the Canary owns, and the split before the rest', () => {
  const cluster = istio.render(contextOf(), split)
  const { write, remove } = istio.restore(contextOf({ cluster }))
  expect(write).toEqual([])
  expect(remove.map(({ kind, name }) => `${kind}/${name}`)).toEqual([
    'VirtualService/podinfo',
    'DestinationRule/podinfo-canary',
    'DestinationRule/podinfo-primary',
  ])
})

test('what another Canary owns is left to that one', () => {
  const ownerReferences = [
    { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'x', uid: 'x', controller: true },
  ]
  const cluster = [vs({ http: [] }, { ownerReferences })]
  expect(istio.restore(contextOf({ cluster }))).toEqual({ write: [], remove: [] })
})

describe('session affinity in an A/B test', () => {
  const match = [{ headers: { x: { exact: '1' } } }]
  const sessionAffinity = { cookieName: 'version', primaryCookieName: 'stable' }
  const plain = { match, iterations: 2, stepWeight: 0 }
  const analysis = { ...plain, sessionAffinity }
  const toCanary: Routes = { primary: 0, canary: 100, mirrored: false }
  const cookie = 'version=XwMkqACCVd'
  const withCookie = [{ headers: { Cookie: { regex: '.*version.*XwMkqACCVd.*' } } }]

  test('keeps those on the canary who were there once, and gives the others no cookie', () => {
    const setCookie = { 'Set-Cookie': `${cookie}; Max-Age=86400` }
    expect(rulesOf({ analysis, status: { sessionAffinityCookie: cookie } }, toCanary)).toEqual([
      {
        match: withCookie,
        route: [toHost('podinfo-primary', 0), toHost('podinfo-canary', 100)],
      },
      {
        match,
        route: [
          toHost('podinfo-primary', 0),
          { ...toHost('podinfo-canary', 100), headers: { response: { add: setCookie } } },
        ],
      },
      { route: [toHost('podinfo-primary', 0)] },
    ])
  })

  test('ends with the run: who has the cookie loses it', () => {
    const status = { previousSessionAffinityCookie: cookie }
    const [forget, ...rest] = rulesOf({ analysis, status }, toPrimary)
    expect(forget).toEqual({
      match: withCookie,
      route: [toHost('podinfo-primary', 100), toHost('podinfo-canary', 0)],
      headers: { response: { add: { 'Set-Cookie': `${cookie}; Max-Age=-1` } } },
    })
    expect(rest).toEqual(rulesOf({ analysis: plain }, toPrimary))
  })

  test.each([toCanary, toPrimary, split])('leaves the weights %j readable', (routes) => {
    const status = { sessionAffinityCookie: cookie, previousSessionAffinityCookie: 'version=abc' }
    const context = contextOf({ analysis, status })
    const cluster = istio.render(context, routes)
    expect(istio.routes(contextOf({ analysis, status, cluster }))).toEqual(routes)
  })

  test('is an ability where the match singles somebody out', () => {
    const affinityOf = (of: ContextOf['analysis'] & object) =>
      istio.abilities(contextOf({ analysis: of })).sessionAffinity
    expect([{ match }, {}, { match: [{}] }].map(affinityOf)).toEqual([true, true, false])
  })
})
