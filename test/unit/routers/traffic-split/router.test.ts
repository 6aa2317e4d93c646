import { expect, test } from 'vitest'
import type { CanaryService } from '../../../../src/canary/api.gen.ts'
import { routerFor } from '../../../../src/routers/index.ts'
import type { Specified } from '../../../../src/routers/metadata.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import { contextOf } from '../../../conformance/routers/fixtures.ts'

const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }
const split: Routes = { primary: 80, canary: 20, mirrored: false }

interface Of {
  provider?: string
  service?: Partial<CanaryService>
  found?: Specified
}

/** A provider with the name of a mesh comes from the flag alone: no Canary may have it. */
function contextWith({ provider = 'linkerd', service, found }: Of) {
  const context = contextOf({
    provider: 'linkerd',
    spec: { service: { port: 80, ...service } },
    cluster: found ? [found] : [],
  })
  return { ...context, canary: { ...context.canary, provider } }
}

function rendered(routes: Routes, of: Of = {}): Specified {
  const [object] = routerFor(of.provider ?? 'linkerd').render(contextWith(of), routes)
  if (!object) throw new Error('nothing was rendered')
  return object
}

const routesIn = (of: Of) => routerFor(of.provider ?? 'linkerd').routes(contextWith(of))

const handMade = (backends: object[], more: object = {}): Specified => ({
  apiVersion: 'split.smi-spec.io/v1alpha1',
  kind: 'TrafficSplit',
  metadata: { name: 'podinfo', namespace: 'test' },
  spec: { service: 'podinfo', backends, ...more },
})

const key = 'VirtualService.v1alpha3.networking.istio.io/spec.gateways'

test('the canary comes first, with texts for weights in v1alpha1 and numbers later', () => {
  const weightsOf = (provider: string) => rendered(toPrimary, { provider }).spec?.backends
  const texts = [
    { service: 'podinfo-canary', weight: '0' },
    { service: 'podinfo-primary', weight: '100' },
  ]
  const numbers = [
    { service: 'podinfo-canary', weight: 0 },
    { service: 'podinfo-primary', weight: 100 },
  ]
  for (const provider of ['linkerd', 'smi:v1alpha1']) expect(weightsOf(provider)).toEqual(texts)
  for (const provider of ['osm', 'smi:v1alpha2', 'smi:v1alpha3'])
    expect(weightsOf(provider)).toEqual(numbers)
})

test('the first host is the Service that is split, and others are named', () => {
  const service = { hosts: ['web.test', 'other.test'] }
  expect(rendered(toPrimary, { service })).toMatchObject({
    metadata: { name: 'podinfo' },
    spec: { service: 'web.test' },
  })
  expect(routerFor('linkerd').warnings?.(contextWith({ service }))).toEqual([
    'canary podinfo.test: spec.service.hosts: only the first, web.test, has an effect with provider linkerd; remove other.test',
  ])
})

test('gateways are noted for the adapter of Istio alone, when the object is new', () => {
  const service = { gateways: ['public.istio-system', 'mesh'] }
  const annotationsOf = (of: Of) => rendered(toPrimary, of).metadata.annotations ?? {}
  const istio = { provider: 'smi:v1alpha1:istio', service }
  expect(annotationsOf(istio)[key]).toBe('["public.istio-system","mesh"]')
  expect(annotationsOf({ ...istio, found: handMade([]) })).not.toHaveProperty([key])
  expect(annotationsOf({ provider: 'linkerd', service })).toEqual({})
})

test('numbers and texts of numbers are weights, and without one there is none', () => {
  const found = handMade([
    { service: 'podinfo-primary', weight: 30 },
    { service: 'podinfo-canary', weight: '10' },
  ])
  expect(routesIn({ found })).toEqual({ primary: 75, canary: 25, mirrored: false })
  expect(() => routesIn({ found: handMade([{ service: 'podinfo-primary' }]) })).toThrow(
    'TrafficSplit podinfo.test does not contain routes for podinfo-primary and podinfo-canary: give one of them a weight',
  )
})

test('matches and metadata of others stay, and other backends keep their share', () => {
  const matches = [{ kind: 'HTTPRouteGroup', name: 'all' }]
  const found = handMade(
    [
      { service: 'podinfo', weight: '3' },
      { service: 'legacy', weight: '1' },
    ],
    { matches },
  )
  const step = rendered(split, { found: rendered(toPrimary, { found }) })
  expect(step.spec).toEqual({
    service: 'podinfo',
    matches,
    backends: [
      { service: 'podinfo-canary', weight: '60' },
      { service: 'podinfo-primary', weight: '240' },
      { service: 'legacy', weight: '100' },
    ],
  })
  expect(routesIn({ found: step })).toEqual(split)
})

test('backends that leave the canary no request give way, and are named', () => {
  const found = rendered(toPrimary, {
    found: handMade([
      { service: 'v1', weight: '9' },
      { service: 'v2', weight: '1' },
    ]),
  })
  expect(found.spec?.backends).toHaveLength(2)
  expect(routerFor('linkerd').warnings?.(contextWith({ found }))).toEqual([
    'TrafficSplit podinfo.test: its backends v1, v2 get no requests; they come back when the Canary is deleted with revertOnDeletion',
  ])
})
