import { expect, test } from 'vitest'
import { gatewayApi } from '../../../../src/routers/gateway-api/router.ts'
import { contextWith, routeOf, type Service, split } from './route.ts'

interface Told {
  parentRef?: object
  conditions?: object[]
  controllerName?: string
}

/** The word on a route of generation 4 at these parents. */
function acceptance(parents: Told[], service: Service = {}, provider = 'gatewayapi:v1') {
  const found = routeOf(service, { provider }, split)
  const metadata = { ...found.metadata, generation: 4 }
  const stored = { ...found, metadata, status: { parents } }
  const context = contextWith(service, { provider, cluster: [stored] })
  return gatewayApi.accepted(context, split)
}

const condition = (
  type: string,
  status: string,
  observedGeneration?: number,
  more: object = {},
) => ({
  type,
  status,
  ...(observedGeneration !== undefined && { observedGeneration }),
  ...more,
})
const told = (...conditions: object[]): Told[] => [{ parentRef: { name: 'gw' }, conditions }]

test('a route that nobody says anything of is accepted', () => {
  expect(acceptance([])).toEqual({ state: 'accepted' })
  expect(acceptance(told())).toEqual({ state: 'accepted' })
})

test('a route is accepted once its parents say so of this generation', () => {
  expect(acceptance(told(condition('Accepted', 'True', 4)))).toEqual({ state: 'accepted' })
  expect(acceptance(told(condition('Accepted', 'True', 3)))).toEqual({
    state: 'pending',
    why:
      'HTTPRoute podinfo.test parent gw is not ready (Accepted status: True, observed generation: 3, ' +
      'current generation: 4)',
  })
})

test('what a parent refuses is told with its reason, and with who said it', () => {
  const refused = { reason: 'NoMatchingListenerHostname', message: 'no listener fits' }
  const [parent] = told(condition('Accepted', 'False', 4, refused))
  expect(acceptance([{ ...parent, controllerName: 'example.com/gateway' }])).toEqual({
    state: 'pending',
    why:
      'HTTPRoute podinfo.test parent gw is not ready (Accepted status: False, observed generation: ' +
      '4, current generation: 4): NoMatchingListenerHostname, no listener fits; ask example.com/gateway',
  })
})

test.each([
  ['ResolvedRefs', 'False'],
  ['PartiallyInvalid', 'True'],
])('a route that is in force in part is waited for: %s %s', (type, status) => {
  const all = told(condition('Accepted', 'True', 4), condition(type, status, 4))
  expect(acceptance(all)).toMatchObject({ state: 'pending' })
})

test('a controller that tells no generation is believed', () => {
  for (const provider of ['gatewayapi:v1', 'gatewayapi:v1beta1'])
    for (const generation of [undefined, 0])
      expect(acceptance(told(condition('Accepted', 'True', generation)), {}, provider)).toEqual({
        state: 'accepted',
      })
})

test('parents are told apart by all that names them, and known by their defaults', () => {
  const bad = [condition('Accepted', 'False', 4)]
  const gatewayRefs = [
    { name: 'gw', sectionName: 'https' },
    { group: 'core', kind: 'Service', name: 'podinfo', port: 80 },
  ]
  const of = (parentRef: object) => acceptance([{ parentRef, conditions: bad }], { gatewayRefs })
  expect(of({ name: 'gw', sectionName: 'http' })).toEqual({ state: 'accepted' })
  expect(of({ name: 'gw' })).toEqual({ state: 'accepted' })
  expect(
    of({ name: 'gw', sectionName: 'https', kind: 'Gateway', namespace: 'test' }),
  ).toMatchObject({ state: 'pending' })
  expect(
    of({ group: '', kind: 'Service', name: 'podinfo', namespace: 'test', port: 80 }),
  ).toMatchObject({ state: 'pending' })
})

test('another condition says nothing of the route', () => {
  const programmed = condition('Programmed', 'False', 4)
  expect(acceptance(told(condition('Accepted', 'True', 4), programmed))).toEqual({
    state: 'accepted',
  })
})
