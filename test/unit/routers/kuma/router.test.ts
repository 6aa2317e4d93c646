import { expect, test } from 'vitest'
import { kuma } from '../../../../src/routers/kuma/router.ts'
import type { TrafficRoute } from '../../../../src/routers/kuma/traffic-route.ts'
import type { Routes } from '../../../../src/routers/router.ts'
import { contextOf } from '../../../conformance/routers/fixtures.ts'

const toPrimary: Routes = { primary: 100, canary: 0, mirrored: false }
const split: Routes = { primary: 80, canary: 20, mirrored: false }

const contextWith = (...cluster: TrafficRoute[]) => contextOf({ provider: 'kuma', cluster })

function rendered(routes: Routes, ...found: TrafficRoute[]): TrafficRoute {
  const [object] = kuma.render(contextWith(...found), routes)
  if (!object) throw new Error('nothing was rendered')
  return object
}

const tag = (service: string, namespace = 'test') => ({
  'kuma.io/service': `${service}_${namespace}_svc_80`,
})

const handMade = (namespace: string, conf: object = {}): TrafficRoute => ({
  apiVersion: 'kuma.io/v1alpha1',
  kind: 'TrafficRoute',
  metadata: { name: 'podinfo' },
  mesh: 'inner',
  spec: { destinations: [{ match: tag('podinfo', namespace) }], conf },
})

test('a new route has neither namespace nor owner, and the mesh of the annotation', () => {
  const { metadata, mesh } = rendered(toPrimary)
  expect(metadata).toMatchObject({ name: 'podinfo' })
  expect(metadata).not.toHaveProperty('namespace')
  expect(metadata).not.toHaveProperty('ownerReferences')
  expect(mesh).toBe('default')
  const { canary, ...context } = contextWith()
  const annotated = { ...canary.metadata, annotations: { 'kuma.io/mesh': 'east' } }
  const [object] = kuma.render({ ...context, canary: { ...canary, metadata: annotated } }, split)
  expect(object).toMatchObject({ mesh: 'east' })
})

test('a weight of zero is written', () => {
  expect(rendered(toPrimary).spec?.conf).toEqual({
    split: [
      { weight: 100, destination: tag('podinfo-primary') },
      { weight: 0, destination: tag('podinfo-canary') },
    ],
  })
})

test('the mesh and the load balancer of a route that was there stay', () => {
  const found = handMade('test', {
    loadBalancer: { random: {} },
    split: [
      { weight: 3, destination: tag('podinfo') },
      { weight: 1, destination: tag('legacy') },
    ],
  })
  const step = rendered(split, rendered(toPrimary, found))
  expect(step).toMatchObject({ mesh: 'inner', metadata: { name: 'podinfo' } })
  expect(step.spec?.conf).toEqual({
    loadBalancer: { random: {} },
    split: [
      { weight: 240, destination: tag('podinfo-primary') },
      { weight: 60, destination: tag('podinfo-canary') },
      { weight: 100, destination: tag('legacy') },
    ],
  })
  expect(kuma.routes(contextWith(step))).toEqual(split)
})

test('the route of another namespace is left alone, and stays so when it is gone', () => {
  const other = handMade('shop')
  expect(kuma.routes(contextWith(other))).toBeUndefined()
  const own = rendered(toPrimary, other)
  expect(own.metadata.name).toBe('podinfo.test')
  expect(rendered(split, other, own).metadata.name).toBe('podinfo.test')
  expect(rendered(split, own).metadata.name).toBe('podinfo.test')
  expect(kuma.restore(contextWith(other, own))).toEqual({
    write: [],
    remove: [{ apiVersion: 'kuma.io/v1alpha1', kind: 'TrafficRoute', name: 'podinfo.test' }],
  })
})

test('a route without conf, and one without weights, is read and named', () => {
  expect(kuma.routes(contextWith(handMade('test')))).toBeUndefined()
  const idle = handMade('test', { split: [{ destination: tag('podinfo-primary') }] })
  expect(() => kuma.routes(contextWith(idle))).toThrow(
    'TrafficRoute podinfo does not contain routes for podinfo-primary and podinfo-canary: give one of them a weight',
  )
})
