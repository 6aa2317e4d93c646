import { describe, expect, test } from 'vitest'
import { byHand } from '../../../../src/routers/derived/by-hand.ts'
import { routerFor } from '../../../../src/routers/index.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import { type ContextOf, contextOf, fixtures } from '../../../conformance/routers/fixtures.ts'

const split: Routes = { primary: 70, canary: 30, mirrored: false }

/** The commands for a canary of a provider with these routes in force. */
function commands(provider: string, of: ContextOf = {}, live: Routes = split) {
  const { spec = {}, cluster = [] } = fixtures[provider] ?? {}
  const given = { provider, spec, ...of }
  const router = routerFor(provider)
  const objects = router.render(contextOf({ ...given, cluster }), live)
  const context = contextOf({ ...given, cluster: [...cluster, ...objects] })
  return byHand(router, context, live)
}

test('for Istio it is a patch of the weights', () => {
  const weights = [100, 0].map((value, at) => {
    return { op: 'replace', path: `/spec/http/0/route/${at}/weight`, value }
  })
  expect(commands('istio')).toEqual([
    ['patch', 'virtualservice', 'podinfo', '--type=json', '-p', JSON.stringify(weights)],
  ])
})

test('with session affinity users who have the cookie come back as well', () => {
  const status = { sessionAffinityCookie: 'version=XwMkqACCVd' }
  const analysis = { sessionAffinity: { cookieName: 'version' } }
  const [words = []] = commands('istio', { status, analysis })
  const [{ path, value }] = JSON.parse(words.at(-1) ?? '') as [{ path: string; value: unknown }]
  expect(path).toBe('/spec/http')
  expect(JSON.stringify(value)).not.toMatch(/XwMkqACCVd|"weight":30/)
  expect(value).toMatchObject([{ route: [{ weight: 100 }, { weight: 0 }] }])
})

test('for NGINX it is the annotation of the weight, and conditions go', () => {
  const prefix = 'nginx.ingress.kubernetes.io'
  expect(commands('nginx')).toEqual([
    ['annotate', 'ingress', 'podinfo-canary', `${prefix}/canary-weight=0`, '--overwrite'],
  ])
  const match = [{ headers: { x: { exact: '1' } } }]
  const analysis = { match, iterations: 2, stepWeight: 0 }
  const all: Routes = { primary: 0, canary: 100, mirrored: false }
  expect(commands('nginx', { analysis }, all)[0]).toEqual([
    'annotate',
    'ingress',
    'podinfo-canary',
    `${prefix}/canary-by-header-`,
    `${prefix}/canary-by-header-value-`,
    '--overwrite',
  ])
})

test('for Skipper it is weights and predicate', () => {
  expect(commands('skipper')).toEqual([
    [
      'annotate',
      'ingress',
      'podinfo-canary',
      'zalando.org/backend-weights={"podinfo-canary":0,"podinfo-primary":100}',
      'zalando.org/skipper-predicate=False()',
      '--overwrite',
    ],
  ])
})

test('what others changed beside the traffic is left out', () => {
  const { spec = {}, cluster = [] } = fixtures.istio ?? {}
  const router = routerFor('istio')
  const objects = router.render(contextOf({ spec, cluster }), split)
  const edited = objects.map((object) => {
    const labels = { ...object.metadata.labels, 'app.kubernetes.io/managed-by': 'somebody' }
    const { spec: before = {} } = object as { spec?: Record<string, unknown> }
    const changed = { ...object, metadata: { ...object.metadata, labels } }
    return { ...changed, spec: { ...before, ...('hosts' in before && { hosts: ['other'] }) } }
  })
  const [words, ...more] = byHand(router, contextOf({ spec, cluster: edited }), split)
  expect(more).toEqual([])
  expect(words?.at(-1)).not.toMatch(/hosts|labels/)
})

describe.each(Object.keys(fixtures))('of %s', (provider) => {
  test('nothing is to be done where nothing is on the canary', () => {
    expect(commands(provider, {}, { primary: 100, canary: 0, mirrored: false })).toEqual([])
  })
})
