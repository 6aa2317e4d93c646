/** Users who stay on the version that they met, by cookie, in a run by weights and in an A/B test. */
import { describe, expect, test } from 'vitest'
import { istio } from '../../../../src/routers/istio/router.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import { type ContextOf, contextOf } from '../../../conformance/routers/fixtures.ts'
import { rulesOf, split, toHost, toPrimary, virtualService } from './virtual-services.ts'

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
