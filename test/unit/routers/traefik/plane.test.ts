import { expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import { plane } from '../../../../src/routers/traefik/plane.ts'

const service = (name: string, spec: object): KubeObject & { spec: object } => ({
  apiVersion: 'traefik.io/v1alpha1',
  kind: 'TraefikService',
  metadata: { name, namespace: 'test' },
  spec,
})

function wayIn(objects: KubeObject[], at: number) {
  const list = <T extends KubeObject>() => objects as T[]
  const called = { namespace: 'test', service: 'podinfo' }
  const road = plane.road(called, { list }, { ingressAnnotationsPrefix: '' })
  return road?.({ method: 'GET', path: '/', headers: {} }, () => at)
}

test('a missing weight counts as 1, and one of zero takes nothing', () => {
  const services = [{ name: 'a' }, { name: 'b', weight: 0 }, { name: 'c', weight: 1 }]
  const objects = [service('podinfo', { weighted: { services } })]
  expect(wayIn(objects, 0.49)).toEqual({ service: 'a' })
  expect(wayIn(objects, 0.51)).toEqual({ service: 'c' })
})

test('a TraefikService may lead to another one, and to itself it leads nowhere', () => {
  const services = [{ kind: 'TraefikService', name: 'inner' }]
  const outer = service('podinfo', { weighted: { services } })
  const inner = service('inner', { weighted: { services: [{ name: 'a' }] } })
  expect(wayIn([outer, inner], 0)).toEqual({ service: 'a' })
  expect(wayIn([outer, service('inner', { weighted: { services } })], 0)).toEqual({})
})

test('mirrors get copies beside the service', () => {
  const mirroring = { name: 'a', mirrors: [{ name: 'b', percent: 40 }] }
  expect(wayIn([service('podinfo', { mirroring })], 0.39)).toEqual({ service: 'a', copyTo: 'b' })
  expect(wayIn([service('podinfo', { mirroring })], 0.41)).toEqual({ service: 'a' })
})

test('it does not stand in the way where it has no object', () => {
  expect(wayIn([], 0)).toBeUndefined()
})
