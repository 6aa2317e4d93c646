import { expect, test } from 'vitest'
import type { KubeObject } from '../../../../src/objects.ts'
import { plane } from '../../../../src/routers/contour/plane.ts'

function served(routes: object[], headers: Record<string, string> = {}, path = '/a/b') {
  const proxy: KubeObject & { spec: object } = {
    apiVersion: 'projectcontour.io/v1',
    kind: 'HTTPProxy',
    metadata: { name: 'podinfo', namespace: 'test' },
    spec: { routes },
  }
  const list = <T extends KubeObject>() => [proxy] as unknown as T[]
  const called = { namespace: 'test', service: 'podinfo' }
  const road = plane.road(called, { list }, { ingressAnnotationsPrefix: '' })
  return road?.({ method: 'GET', path, headers }, () => 0.6)
}

const route = (conditions: object[], ...services: object[]) => ({ conditions, services })

test('the longest path is taken, then the one with most header conditions', () => {
  const routes = [
    route([{ prefix: '/' }], { name: 'all' }),
    route([{ prefix: '/a' }], { name: 'a' }),
    route([{ prefix: '/a', header: { name: 'x', exact: '1' } }], { name: 'tester' }),
  ]
  expect(served(routes)).toEqual({ service: 'a' })
  expect(served(routes, { x: '1' })).toEqual({ service: 'tester' })
  expect(served(routes, { x: '1' }, '/')).toEqual({ service: 'all' })
})

test('services share evenly where none has a weight, and else one without has nothing', () => {
  const both = (weight?: number) => [{ name: 'a', ...(weight && { weight }) }, { name: 'b' }]
  expect(served([route([], ...both())])).toEqual({ service: 'b' })
  expect(served([route([], ...both(1))])).toEqual({ service: 'a' })
})

test('two conditions on the path make the object invalid', () => {
  expect(served([route([{ prefix: '/' }, { prefix: '/' }], { name: 'a' })])).toEqual({})
})

test('a condition on a header without an operator is none', () => {
  expect(served([route([{ header: { name: 'x' } }], { name: 'a' })])).toEqual({ service: 'a' })
})
