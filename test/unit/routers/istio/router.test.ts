import { describe, expect, test } from 'vitest'
import { istio } from '../../../../src/routers/istio/router.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import { type ContextOf, contextOf } from '../../../conformance/routers/fixtures.ts'
import { rulesOf, split, toHost, toPrimary, virtualService, vs } from './virtual-services.ts'

type Service = NonNullable<NonNullable<ContextOf['spec']>['service']>

const specOf = (service: Partial<Service>, routes?: Routes) =>
  virtualService({ spec: { service: { port: 80, ...service } } }, routes).spec ?? {}

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
      tenths: true,
    })
  })

  test('a change of the protocol moves the routes, not the weights', () => {
    const http = virtualService({}, split)
    const spec = { service: { port: 80, appProtocol: 'tcp' } }
    expect(virtualService({ spec, cluster: [http] }, split).spec).not.toHaveProperty('http')
  })
})
