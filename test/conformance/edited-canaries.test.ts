/** A Canary that is edited, in a run too: what it asked for before leaves no trace. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Analysis, CanaryService } from '../../src/canary/api.gen.ts'
import type { KubeObject } from '../../src/objects.ts'
import type { Router, Routes } from '../../src/routers/router.ts'
import { apexService, podServices } from '../../src/routers/services/services.ts'
import { namedProviders } from '../support/providers.ts'
import { contextOf, fixtures } from './routers/fixtures.ts'

const services = fc.constantFrom<CanaryService>(
  { port: 80 },
  { port: 81, portName: 'grpc', targetPort: 'x', appProtocol: 'grpc' },
  { port: 80, appProtocol: 'tcp', match: [{ port: 5 }, {}] },
  { port: 80, hosts: ['a', '*'], gateways: ['gw', 'mesh'], portDiscovery: true },
  { port: 80, delegation: true, portDiscovery: true },
  { port: 80, match: [], headers: {}, rewrite: {}, hosts: [], gateways: [], timeout: '' },
  { port: 80, trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } } },
  {
    port: 80,
    apex: { labels: { a: 'b' }, annotations: { c: 'd' } },
    primary: { labels: { x: 'y' } },
    canary: { annotations: { z: 'z' } },
  },
  { port: 80, apex: {}, unmanagedMetadata: { labels: ['u'], annotations: ['v'] } },
  {
    port: 80,
    timeout: '5s',
    retries: { attempts: 3, perTryTimeout: '1s' },
    rewrite: { uri: '/', authority: 'q' },
    headers: { request: { set: { a: 'b' }, remove: ['c'] }, response: { add: { d: 'e' } } },
    corsPolicy: { allowOrigin: ['*'], maxAge: '1m', allowCredentials: false },
    match: [{ uri: { prefix: '/a' } }, { headers: { h: { exact: '1' } } }],
  },
)

const analyses = fc.constantFrom<Partial<Analysis>>(
  {},
  { match: [{ headers: { x: { exact: '1' } } }], iterations: 3, stepWeight: 0 },
  { sessionAffinity: { cookieName: 'c', primaryCookieName: 'p' } },
  { mirror: true, mirrorWeight: 40 },
)

const routes = fc.constantFrom<Routes>(
  { primary: 100, canary: 0, mirrored: false },
  { primary: 60, canary: 40, mirrored: false },
  { primary: 0, canary: 100, mirrored: false },
  { primary: 100, canary: 0, mirrored: true },
)

const versions = fc.record({ service: services, analysis: analyses, routes })
type Version = typeof versions extends fc.Arbitrary<infer V> ? V : never

describe.each(namedProviders)('provider %s', (provider, { router }) => {
  const rendered = (version: Version, found: KubeObject[]) =>
    render(router, { provider, version, found })

  test('an edited Canary has the objects of a new one, and they need no second look', () => {
    fc.assert(
      fc.property(versions, versions, (before, after) => {
        const edited = rendered(after, rendered(before, []))
        expect(edited.map(comparable)).toEqual(rendered(after, []).map(comparable))
        expect(rendered(after, edited)).toEqual(edited)
      }),
      { numRuns: 200 },
    )
  })
})

function render(
  router: Router,
  of: { provider: string; version: Version; found: KubeObject[] },
): KubeObject[] {
  const { provider, version, found } = of
  const { spec = {}, cluster = [] } = fixtures[provider] ?? {}
  // Without a parent there is no HTTPRoute, and without its mesh nothing of App Mesh.
  const { gatewayRefs, meshName } = spec.service ?? {}
  const needed = { ...(gatewayRefs && { gatewayRefs }), ...(meshName && { meshName }) }
  const context = contextOf({
    provider,
    spec: { ...spec, service: { ...needed, ...version.service } },
    analysis: version.analysis,
    status: {
      phase: 'Progressing',
      sessionAffinityCookie: 'c=abc',
      primarySessionAffinityCookie: 'p=def',
    },
    cluster: [...cluster, ...found],
  })
  const routing = router.render(context, version.routes)
  return [...routing, ...podServices(context), ...apexService(context)]
}

/** Skipper's predicate tells whether the copy is a new one. */
function comparable(object: KubeObject): unknown {
  const copy = JSON.parse(JSON.stringify(object)) as KubeObject
  if (object.kind === 'Ingress') delete copy.metadata.annotations?.['zalando.org/skipper-predicate']
  return copy
}
