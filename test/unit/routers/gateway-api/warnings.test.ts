import { expect, test } from 'vitest'
import { gatewayApi } from '../../../../src/routers/gateway-api/router.ts'
import { contextWith, handMade, routeOf, type Service, split } from './route.ts'

const warned = (service: Service, of: Parameters<typeof contextWith>[1] = {}) =>
  gatewayApi.warnings?.(contextWith(service, of))

test('a Canary that is all in force has no warnings', () => {
  expect(warned({ timeout: '5s', corsPolicy: { allowOrigin: ['*'] } })).toEqual([])
})

test('what has no effect is named', () => {
  const service = {
    retries: { attempts: 3 },
    corsPolicy: { allowOrigins: [{ regex: '.*' }] },
    match: [{ uri: { prefix: '/' }, withoutHeaders: { a: { exact: 'b' } } }],
  }
  const without = (field: string, provider = 'gatewayapi:v1') =>
    `canary podinfo.test: ${field} has no effect with provider ${provider}; remove it`
  expect(warned(service)).toEqual([
    without('spec.service.retries'),
    without('spec.service.corsPolicy.allowOrigins by prefix or regex'),
    without('spec.service.match[0].withoutHeaders'),
  ])
  const provider = 'gatewayapi:v1beta1'
  expect(warned({ timeout: '5s', corsPolicy: {} }, { provider })).toEqual([
    without('spec.service.timeout', provider),
    without('spec.service.corsPolicy', provider),
  ])
})

test('the Service of a mesh that is not the apex is named: nothing would be split', () => {
  const at = (name: string) => warned({ gatewayRefs: [{ group: '', kind: 'Service', name }] })
  expect(at('podinfo')).toEqual([])
  expect(at('other')).toEqual([
    'canary podinfo.test: spec.service.gatewayRefs names Service other, so that requests to ' +
      'Service podinfo are not split; name podinfo to split them',
  ])
})

test('in a run, a route that no parent has a word for is named', () => {
  const during = (phase: 'Progressing' | 'Initialized', status?: object) => {
    const found = { ...routeOf({}, {}, split), ...(status && { status }) }
    return warned({}, { status: { phase }, cluster: [found] })
  }
  expect(during('Initialized')).toEqual([])
  expect(during('Progressing', { parents: [{ parentRef: { name: 'gw' } }] })).toEqual([])
  expect(during('Progressing')).toEqual([
    'HTTPRoute podinfo.test has no word of its parents (gw) in its status, so that nobody knows ' +
      'whether its weights are in force; see that they exist, and admit routes of this namespace',
  ])
})

test('hosts and parents that a taken-over route loses are named', () => {
  const parentRefs = [{ name: 'gw', sectionName: 'https' }, { name: 'inside' }]
  const found = handMade({ parentRefs, hostnames: ['a.example', 'b.example'] })
  const lost = (what: string) =>
    `HTTPRoute podinfo.test: ${what} no longer applies; it comes back when the Canary is deleted ` +
    'with revertOnDeletion'
  expect(warned({ hosts: ['b.example'] }, { cluster: [found] })).toEqual([
    lost('its host a.example'),
    lost('its parent inside'),
  ])
  expect(warned({}, { cluster: [handMade({ hostnames: ['a.example'] })] })).toEqual([])
})
